package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which refused packets are answered, and with what. */
class RejectPacketTests {
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final int FIN = 0x01;
    private static final PlainPath.Flow TCP_V4 = new PlainPath.Flow(true, true, 1, new byte[0]);
    private static final PlainPath.Flow TCP_V6 = new PlainPath.Flow(false, true, 1, new byte[0]);
    private static final PlainPath.Flow UDP_V4 = new PlainPath.Flow(true, false, 1, new byte[0]);
    private static final PlainPath.Flow UDP_V6 = new PlainPath.Flow(false, false, 1, new byte[0]);

    private final RejectPacket rejection = new RejectPacket();

    private byte[] answer(byte[] packet) {
        return answer(packet, packet.length, packet.length);
    }

    private byte[] answer(byte[] packet, int shown, int length) {
        byte[] out = new byte[RejectPacket.MAX_LENGTH];
        Arrays.fill(out, (byte) 0x55);
        return Arrays.copyOf(out, rejection.write(packet, shown, length, out));
    }

    private static byte[] packet(PlainPath.Flow flow, int flags, int payload) {
        return PlainPath.packet(flow, new PlainPath.Step(9, true, 1000, flags, 500), new byte[payload]);
    }

    @ParameterizedTest
    @CsvSource({"2, 0, 1001", "2, 10, 1011", "1, 10, 1011", "0, 10, 1010"})
    void aSegmentWithoutAcknowledgementIsAcknowledgedByTheReset(int flags, int payload, int acknowledged) {
        ByteBuffer reset = ByteBuffer.wrap(answer(packet(TCP_V4, flags, payload)));

        assertThat(reset.limit()).isEqualTo(40);
        assertThat(reset.getInt(24)).isZero();
        assertThat(reset.getInt(28)).isEqualTo(acknowledged);
        assertThat(reset.get(33)).isEqualTo((byte) (RST | ACK));
    }

    @Test
    void anAcknowledgedSegmentIsResetWhereItsSenderExpects() {
        byte[] packet = packet(TCP_V6, ACK, 30);
        byte[] answer = answer(packet);
        ByteBuffer reset = ByteBuffer.wrap(answer);

        assertThat(reset.limit()).isEqualTo(60);
        assertThat(reset.getInt(44)).isEqualTo(77);
        assertThat(reset.getInt(48)).isZero();
        assertThat(reset.get(53)).isEqualTo((byte) RST);
        assertThat(reset.getInt(40)).as("ports").isEqualTo(443 << 16 | 1001);
        assertThat(PlainPath.isRight(answer, 40, true)).isTrue();
        assertThat(Arrays.copyOfRange(answer, 8, 24)).isEqualTo(Arrays.copyOfRange(packet, 24, 40));
        assertThat(Arrays.copyOfRange(answer, 24, 40)).isEqualTo(Arrays.copyOfRange(packet, 8, 24));
    }

    @Test
    void aLargePacketOfWhichOnlyTheHeadersAreShownCountsWhole() {
        byte[] packet = packet(TCP_V4, FIN, 3000);
        ByteBuffer reset = ByteBuffer.wrap(answer(packet, 60, packet.length));

        assertThat(reset.getInt(28)).isEqualTo(4001);
        assertThat(PlainPath.isRight(reset.array(), 20, true)).isTrue();
    }

    @Test
    void otherPacketsOfIpv4AreAnsweredWithTheirFirstBytes() {
        byte[] packet = packet(UDP_V4, 0, 100);
        byte[] answer = answer(packet);

        assertThat(answer).hasSize(20 + 8 + 28);
        assertThat(Arrays.copyOf(answer, 2)).containsExactly(0x45, 0);
        assertThat(ByteBuffer.wrap(answer).getShort(2)).isEqualTo((short) answer.length);
        assertThat(answer[9]).isEqualTo((byte) 1);
        assertThat(Arrays.copyOfRange(answer, 12, 16)).isEqualTo(Arrays.copyOfRange(packet, 16, 20));
        assertThat(Arrays.copyOfRange(answer, 16, 20)).isEqualTo(Arrays.copyOfRange(packet, 12, 16));
        assertThat(Arrays.copyOfRange(answer, 20, 22)).containsExactly(3, 13);
        assertThat(Arrays.copyOfRange(answer, 28, 56)).isEqualTo(Arrays.copyOf(packet, 28));
        assertThat(Checksums.fold(Checksums.sum(answer, 0, 20))).isEqualTo(0xffff);
        assertThat(Checksums.fold(Checksums.sum(answer, 20, 36))).isEqualTo(0xffff);
    }

    @Test
    void otherPacketsOfIpv6AreAnsweredWithAsMuchAsThereIs() {
        byte[] packet = packet(UDP_V6, 0, 100);
        byte[] answer = answer(packet);

        assertThat(answer).hasSize(40 + 8 + packet.length);
        assertThat(answer[6]).isEqualTo((byte) 58);
        assertThat(Arrays.copyOfRange(answer, 40, 42)).containsExactly(1, 1);
        assertThat(Arrays.copyOfRange(answer, 48, answer.length)).isEqualTo(packet);
        long sum = Checksums.pseudoHeader(answer, 0, 58) + Checksums.word(answer.length - 40);
        assertThat(Checksums.fold(sum + Checksums.sum(answer, 40, answer.length - 40)))
                .isEqualTo(0xffff);
        assertThat(answer(packet(UDP_V6, 0, 1200))).hasSize(RejectPacket.MAX_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {RST, RST | ACK})
    void resetsAreNotAnswered(int flags) {
        assertThat(answer(packet(TCP_V4, flags, 0))).isEmpty();
        assertThat(answer(packet(TCP_V6, flags, 0))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, false", "4, false", "5, false", "11, false", "12, false", "0, true", "8, true", "13, true"})
    void errorsOfIcmpAreNotAnswered(int type, boolean answered) {
        byte[] packet = packet(UDP_V4, 0, 20);
        packet[9] = 1;
        packet[20] = (byte) type;
        assertThat(answer(packet).length > 0).isEqualTo(answered);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "4, false", "127, false", "137, false", "128, true", "129, true"})
    void errorsOfIcmpV6AreNotAnswered(int type, boolean answered) {
        byte[] packet = packet(UDP_V6, 0, 20);
        packet[6] = 58;
        packet[40] = (byte) type;
        assertThat(answer(packet).length > 0).isEqualTo(answered);
    }

    @Test
    void onlyTheFirstFragmentIsAnswered() {
        byte[] first = packet(UDP_V4, 0, 20);
        first[6] = 0x20;
        assertThat(answer(first)).isNotEmpty();
        byte[] later = packet(UDP_V4, 0, 20);
        later[7] = 3;
        assertThat(answer(later)).isEmpty();
        byte[] laterV6 = packet(UDP_V6, 0, 20);
        laterV6[6] = 44;
        laterV6[43] = 8;
        assertThat(answer(laterV6)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.251", "255.255.255.255", "0.0.0.0", "239.1.2.3"})
    void whatIsForManyOrFromNobodyIsNotAnswered(String address) throws Exception {
        byte[] many = InetAddress.ofLiteral(address).getAddress();
        byte[] packet = packet(UDP_V4, 0, 20);
        System.arraycopy(many, 0, packet, 16, 4);
        assertThat(answer(packet)).isEmpty();
        packet = packet(UDP_V4, 0, 20);
        System.arraycopy(many, 0, packet, 12, 4);
        assertThat(answer(packet)).isEmpty();
        byte[] toAll = packet(UDP_V6, 0, 20);
        toAll[24] = (byte) 0xff;
        assertThat(answer(toAll)).isEmpty();
    }

    @Test
    void whatIsCutShortIsNotAnswered() {
        byte[] packet = packet(TCP_V4, SYN, 0);
        for (int shown = 0; shown < packet.length; shown++) {
            assertThat(answer(packet, shown, shown)).isEmpty();
        }
        byte[] strange = packet(TCP_V4, SYN, 0);
        strange[32] = (byte) 0xf0;
        assertThat(answer(strange)).as("options that are not there").isEmpty();
    }

    @Test
    void aPacketThatIsTooLargeIsSentBackWithWhatFits() {
        byte[] packet = packet(TCP_V4, ACK, 1260);
        byte[] out = new byte[RejectPacket.MAX_LENGTH];

        ByteBuffer answer = ByteBuffer.wrap(out, 0, rejection.tooLarge(packet, 64, 968, out));

        assertThat(answer.limit()).isEqualTo(20 + 8 + 28);
        assertThat(Arrays.copyOfRange(out, 12, 16)).isEqualTo(Arrays.copyOfRange(packet, 16, 20));
        assertThat(Arrays.copyOfRange(out, 16, 20)).isEqualTo(Arrays.copyOfRange(packet, 12, 16));
        assertThat(answer.getShort(20)).isEqualTo((short) 0x0304);
        assertThat(answer.getInt(24)).isEqualTo(968);
        assertThat(Arrays.copyOfRange(out, 28, 56)).isEqualTo(Arrays.copyOf(packet, 28));
        assertThat(Checksums.finish(Checksums.sum(out, 20, 36))).isZero();
    }

    @Test
    void ofIpv6TheWholeBeginningIsSentBack() {
        byte[] packet = packet(UDP_V6, 0, 1240);
        byte[] out = new byte[RejectPacket.MAX_LENGTH];

        ByteBuffer answer = ByteBuffer.wrap(out, 0, rejection.tooLarge(packet, 256, 1280, out));

        assertThat(answer.limit()).isEqualTo(40 + 8 + 256);
        assertThat(answer.get(6)).isEqualTo((byte) 58);
        assertThat(answer.getShort(40)).isEqualTo((short) 0x0200);
        assertThat(answer.getInt(44)).isEqualTo(1280);
        long pseudo = Checksums.pseudoHeader(out, 0, 58) + Checksums.word(8 + 256);
        assertThat(Checksums.finish(pseudo + Checksums.sum(out, 40, 8 + 256))).isZero();
    }

    @Test
    void nobodyIsToldThatAnErrorOrALaterFragmentWasTooLarge() {
        byte[] out = new byte[RejectPacket.MAX_LENGTH];
        byte[] error = packet(UDP_V4, 0, 1240);
        error[IpHeader.V4_PROTOCOL] = IpHeader.ICMP;
        error[20] = 3;
        byte[] fragment = packet(UDP_V4, 0, 1240);
        fragment[7] = 9;

        assertThat(rejection.tooLarge(error, 64, 968, out)).isZero();
        assertThat(rejection.tooLarge(fragment, 64, 968, out)).isZero();
    }
}

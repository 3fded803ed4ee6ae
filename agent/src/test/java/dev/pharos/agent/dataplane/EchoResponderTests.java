package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EchoResponderTests {
    private static final HexFormat HEX = HexFormat.of();

    /** From 10.42.0.2 to 10.42.0.1, identifier 0x1234, sequence 1, "ping"; then the same turned round. */
    private static final String REQUEST_V4 = "45000020000140004001265e0a2a00020a2a0001" + "080006fa1234000170696e67";

    private static final String REPLY_V4 = "45000020000140004001265e0a2a00010a2a0002" + "00000efa1234000170696e67";

    @Test
    void aRequestBecomesItsReply() {
        byte[] packet = HEX.parseHex("ffff" + REQUEST_V4);
        assertThat(EchoResponder.turnIntoReply(packet, 2, 32)).isTrue();
        assertThat(HEX.formatHex(packet, 2, 34)).isEqualTo(REPLY_V4);
    }

    @Test
    void aReplyIsNotAnswered() {
        byte[] packet = HEX.parseHex(REPLY_V4);
        assertThat(EchoResponder.turnIntoReply(packet, 0, 32)).isFalse();
        assertThat(HEX.formatHex(packet)).isEqualTo(REPLY_V4);
    }

    @Test
    void inVersionSixTheChecksumCoversTheAddresses() {
        String request = "6000000000083a40" + "fd420000000000000000000000000002" + "fd420000000000000000000000000001";
        byte[] packet = HEX.parseHex(request + "8000000012340001");
        assertThat(EchoResponder.turnIntoReply(packet, 0, 48)).isTrue();
        assertThat(packet[40]).isEqualTo((byte) 129);
        assertThat(packet[23]).isEqualTo((byte) 1);
        assertThat(packet[39]).isEqualTo((byte) 2);
        long sum = Checksums.pseudoHeader(packet, 0, 58) + Checksums.word(8) + Checksums.sum(packet, 40, 8);
        assertThat(Checksums.fold(sum)).isEqualTo(0xffff);
    }

    @Test
    void whatIsCutOffOrInPiecesIsLeftAlone() {
        byte[] packet = HEX.parseHex(REQUEST_V4);
        for (int length = 0; length < 32; length++) {
            assertThat(EchoResponder.turnIntoReply(packet, 0, length)).isFalse();
        }
        packet[6] = 0x20;
        assertThat(EchoResponder.turnIntoReply(packet, 0, 32)).isFalse();
    }
}

package dev.pharos.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.config.DnsSettings;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.VpnAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions as bytes on a socket, answers as bytes. */
class DnsResponderTests {
    private static final int A = 1;
    private static final int MX = 15;
    private static final int TXT = 16;
    private static final int AAAA = 28;
    private static final String LONG = "x".repeat(300);

    private final EventLog log = new EventLog(System.err, InstantSource.system());
    private boolean trusted = true;
    private DnsResponder responder;

    @BeforeEach
    void start() throws Exception {
        responder = DnsResponder.start(new DnsSettings("127.0.0.1", 0), new Zone(), log);
    }

    @AfterEach
    void stop() {
        responder.close();
    }

    @Test
    void aNameHasItsAddressWhateverTheCase() throws Exception {
        Answer answer = ask("RPi", A);

        assertThat(answer.code).isZero();
        assertThat(answer.flags()).isEqualTo("8100");
        assertThat(answer.records).isEqualTo(1);
        assertThat(answer.hex()).endsWith("0001" + "0001" + "00000e10" + "0004" + "0a2a0014");
        assertThat(ask("rpi", AAAA).hex()).endsWith("001c000100000e100010fd00000000000000000000000000002a");
    }

    @Test
    void aNameWithoutThatFamilyIsNoErrorAndAnUnknownNameIsOne() throws Exception {
        assertThat(ask("laptop", AAAA))
                .satisfies(answer -> assertThat(answer.code).isZero());
        assertThat(ask("laptop", AAAA).records).isZero();
        assertThat(ask("nobody", A).code).isEqualTo(3);
        assertThat(ask("rpi", MX).code).isEqualTo(3);
    }

    @Test
    void aCertificateIsForThisMachineAlone() throws Exception {
        Answer answer = ask("10.42.0.20", TXT);
        assertThat(answer.records).isEqualTo(1);
        assertThat(answer.hex())
                .endsWith("012e" + "ff" + hex(LONG.substring(0, 255)) + "2d" + hex(LONG.substring(255)));
        assertThat(ask("10.42.0.99", TXT).code).isEqualTo(3);
        assertThat(ask("rpi", TXT).code).isEqualTo(3);

        trusted = false;
        assertThat(ask("10.42.0.20", TXT).records).isZero();
        assertThat(ask("10.42.0.20", TXT).code).isZero();
    }

    @Test
    void whatIsNoQuestionIsPassedOver() throws Exception {
        assertThatThrownBy(() -> exchange(new byte[] {1, 2, 3})).isInstanceOf(SocketTimeoutException.class);
        byte[] cut = question("rpi", A);
        assertThatThrownBy(() -> exchange(Arrays.copyOf(cut, cut.length - 3)))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(ask("rpi", A).records).isEqualTo(1);
    }

    @Test
    void aPortThatIsTakenIsTold() {
        assertThatThrownBy(() -> DnsResponder.start(new DnsSettings("127.0.0.1", responder.port()), new Zone(), log))
                .hasMessageContaining("cannot answer names on")
                .hasMessageContaining(Integer.toString(responder.port()));
    }

    private final class Zone implements DnsZone {
        private final NameTable names = new NameTable();

        private Zone() throws Exception {
            names.put("rpi", List.of(VpnAddress.parse("10.42.0.20"), VpnAddress.parse("fd00::2a")));
            names.put("Laptop", List.of(VpnAddress.parse("10.42.0.10")));
        }

        @Override
        public Optional<List<VpnAddress>> find(String name) {
            return names.find(name);
        }

        @Override
        public Optional<String> certificate(VpnAddress address) {
            return address.toString().equals("10.42.0.20") ? Optional.of(LONG) : Optional.empty();
        }

        @Override
        public boolean isTrusted(InetAddress asker) {
            return trusted;
        }
    }

    private record Answer(int code, int records, byte[] bytes) {
        String hex() {
            return HexFormat.of().formatHex(bytes);
        }

        String flags() {
            return hex().substring(4, 8);
        }
    }

    private Answer ask(String name, int type) throws Exception {
        byte[] answer = exchange(question(name, type));
        return new Answer(answer[3] & 15, answer[7], answer);
    }

    private byte[] exchange(byte[] query) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(700);
            socket.send(new DatagramPacket(
                    query, query.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), responder.port())));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    /** RFC 1035 section 4: recursion desired, one question. */
    private static byte[] question(String name, int type) {
        ByteBuf query = Unpooled.buffer();
        query.writeShort(0x1234).writeShort(0x0100).writeShort(1).writeZero(6);
        for (String label : name.split("\\.", -1)) {
            query.writeByte(label.length()).writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.writeByte(0).writeShort(type).writeShort(1);
        byte[] bytes = new byte[query.readableBytes()];
        query.readBytes(bytes);
        return bytes;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}

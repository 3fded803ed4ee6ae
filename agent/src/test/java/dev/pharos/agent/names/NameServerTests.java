package dev.pharos.agent.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.NamesPart.NamedHost;
import dev.pharos.protocol.bundle.RecordType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions as bytes on sockets, with a name server of this machine behind it. */
class NameServerTests {
    private static final int NOERROR = 0;
    private static final int SERVFAIL = 2;
    private static final int NXDOMAIN = 3;
    private static final int REFUSED = 5;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final String LONG = "x".repeat(700);

    private final EventLog log = new EventLog(System.err, InstantSource.system());
    private final List<InetSocketAddress> servers = new ArrayList<>();
    private NameServer server;

    @BeforeEach
    void start() throws Exception {
        server = NameServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                zone(),
                new Upstreams(() -> servers, log),
                log);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aHostHasItsAddressesWhateverTheCase() throws Exception {
        Answer answer = udp("RPi.Home.Internal.", DnsRecordType.A);

        assertThat(answer.code()).isEqualTo(NOERROR);
        assertThat(answer.flags() & AUTHORITATIVE).isNotZero();
        assertThat(answer.records()).containsExactly("rpi.home.internal. A 60 0a2a0014");
        assertThat(udp("rpi.home.internal", DnsRecordType.AAAA).records())
                .containsExactly("rpi.home.internal. AAAA 60 fd000000000000000000000000000014");
        assertThat(tcp("rpi.home.internal", DnsRecordType.A).records()).hasSize(1);
    }

    @Test
    void aNameWithoutThatTypeIsNoErrorAndAnUnknownNameIsOne() throws Exception {
        for (String name : List.of("laptop.home.internal", "home.internal", "shop.home.internal")) {
            Answer nothing = udp(name, DnsRecordType.AAAA);
            assertThat(nothing.code()).as(name).isEqualTo(NOERROR);
            assertThat(nothing.records()).singleElement().asString().startsWith("home.internal. SOA 10");
        }
        Answer unknown = udp("nobody.home.internal", DnsRecordType.A);
        assertThat(unknown.code()).isEqualTo(NXDOMAIN);
        assertThat(unknown.records()).singleElement().asString().contains("SOA");
    }

    @Test
    void recordsAreAnsweredAndAliasesFollowed() throws Exception {
        assertThat(udp("printer.home.internal", DnsRecordType.A).records())
                .containsExactly("printer.home.internal. A 300 c0a80709", "printer.home.internal. A 300 c0a8070a");
        assertThat(udp("www.shop.home.internal", DnsRecordType.A).records())
                .containsExactly(
                        "www.shop.home.internal. CNAME 120 03727069" + "04686f6d65" + "08696e7465726e616c" + "00",
                        "rpi.home.internal. A 60 0a2a0014");
        assertThat(udp("www.shop.home.internal", DnsRecordType.CNAME).records()).hasSize(1);
        assertThat(udp("dangling.home.internal", DnsRecordType.A).code()).isEqualTo(NXDOMAIN);
        assertThat(udp("loop.home.internal", DnsRecordType.A).code()).isEqualTo(NOERROR);
        assertThat(udp("rpi.home.internal", DnsRecordType.TXT).records())
                .containsExactly("rpi.home.internal. TXT 30 0568656c6c6f");
    }

    @Test
    void anAddressHasItsHost() throws Exception {
        assertThat(udp("20.0.42.10.in-addr.arpa", DnsRecordType.PTR).records())
                .containsExactly("20.0.42.10.in-addr.arpa. PTR 60 rpi.home.internal.");
        assertThat(udp("99.0.42.10.in-addr.arpa", DnsRecordType.PTR).code()).isEqualTo(NXDOMAIN);
        assertThat(udp("11.0.42.10.in-addr.arpa", DnsRecordType.PTR).code()).isEqualTo(NXDOMAIN);
        assertThat(udp("1.1.1.1.in-addr.arpa", DnsRecordType.PTR).code()).isEqualTo(REFUSED);
    }

    @Test
    void whatIsTooLongForADatagramIsAskedForAgainByTcp() throws Exception {
        Answer cut = udp("long.home.internal", DnsRecordType.TXT);
        assertThat(cut.flags() & TRUNCATED).isNotZero();
        assertThat(cut.records()).isEmpty();

        assertThat(tcp("long.home.internal", DnsRecordType.TXT).records())
                .singleElement()
                .asString()
                .hasSizeGreaterThan(2 * LONG.length());
    }

    @Test
    void otherNamesAreAskedOfTheServersThatWereThereBefore() throws Exception {
        assertThat(udp("example.org", DnsRecordType.A).code()).isEqualTo(REFUSED);
        try (Echo echo = new Echo()) {
            servers.add(echo.address());

            Answer answer = udp("example.org", DnsRecordType.A);

            assertThat(answer.code()).isEqualTo(NOERROR);
            assertThat(answer.records()).containsExactly("example.org. A 7 01020304");
            assertThat(tcp("example.org", DnsRecordType.A).records()).containsExactly("example.org. A 7 01020304");
            assertThat(udp("rpi.home.internal", DnsRecordType.A).records())
                    .containsExactly("rpi.home.internal. A 60 0a2a0014");
        }
        servers.clear();
        try (ServerSocket gone = new ServerSocket(0)) {
            servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), gone.getLocalPort()));
        }
        assertThat(tcp("example.org", DnsRecordType.A).code()).isEqualTo(SERVFAIL);
    }

    @Test
    void aConnectionTooManyIsTurnedAwayAndCounted() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                open.add(new Socket(
                        server.address().getAddress(), server.address().getPort()));
            }
            try (Socket late =
                    new Socket(server.address().getAddress(), server.address().getPort())) {
                assertThat(late.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(server.turnedAway()).isEqualTo(1);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void whatIsNoQuestionIsPassedOver() throws Exception {
        byte[] question = question("rpi.home.internal", DnsRecordType.A);
        byte[] answer = question.clone();
        answer[2] = (byte) 0x80;
        for (byte[] garbage :
                List.of(new byte[] {1, 2, 3}, Arrays.copyOf(question, question.length - 3), answer, new byte[12])) {
            assertThatThrownBy(() -> exchange(garbage)).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(udp("rpi.home.internal", DnsRecordType.A).records()).hasSize(1);
    }

    private record Answer(int flags, List<String> records) {
        int code() {
            return flags & 15;
        }
    }

    private static OverlayZone zone() throws Exception {
        NamesPart part = new NamesPart(
                List.of(
                        new NamedHost("rpi", List.of(VpnAddress.parse("10.42.0.20"), VpnAddress.parse("fd00::14"))),
                        new NamedHost("Laptop", List.of(VpnAddress.parse("10.42.0.10"))),
                        new NamedHost("no..name", List.of(VpnAddress.parse("10.42.0.11")))),
                Optional.of("home.internal"),
                List.of(
                        new dev.pharos.protocol.bundle.DnsRecord(
                                "printer", RecordType.A, List.of("192.168.7.9", "192.168.7.10"), 300),
                        new dev.pharos.protocol.bundle.DnsRecord("www.shop", RecordType.CNAME, List.of("RPI"), 120),
                        new dev.pharos.protocol.bundle.DnsRecord("dangling", RecordType.CNAME, List.of("gone"), 120),
                        new dev.pharos.protocol.bundle.DnsRecord("loop", RecordType.CNAME, List.of("loop"), 120),
                        new dev.pharos.protocol.bundle.DnsRecord("rpi", RecordType.TXT, List.of("hello"), 30),
                        new dev.pharos.protocol.bundle.DnsRecord("rpi", RecordType.A, List.of("192.0.2.1"), 30),
                        new dev.pharos.protocol.bundle.DnsRecord("long", RecordType.TXT, List.of(LONG), 30)));
        return new OverlayZone("home.internal", part, List.of(VpnPrefix.parse("10.42.0.10/24")));
    }

    private Answer udp(String name, DnsRecordType type) throws Exception {
        return read(exchange(question(name, type)));
    }

    private byte[] exchange(byte[] question) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(Message.parse(question).isPresent() ? 10_000 : 200);
            socket.connect(server.address());
            socket.send(new DatagramPacket(question, question.length));
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    private Answer tcp(String name, DnsRecordType type) throws Exception {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            byte[] question = question(name, type);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(question.length);
            out.write(question);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return read(in.readNBytes(in.readUnsignedShort()));
        }
    }

    private static byte[] question(String name, DnsRecordType type) throws Exception {
        ByteBuf out = Unpooled.buffer();
        out.writeShort(0x1234).writeShort(0x0100).writeShort(1).writeZero(6);
        DnsRecordEncoder.DEFAULT.encodeQuestion(new DefaultDnsQuestion(name, type), out);
        return ByteBufUtil.getBytes(out);
    }

    private static Answer read(byte[] bytes) throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        assertThat(in.readUnsignedShort()).isEqualTo(0x1234);
        int flags = in.readUnsignedShort();
        assertThat(in.readUnsignedShort()).isEqualTo(1);
        int count = in.readUnsignedShort() + in.readUnsignedShort();
        in.skipBytes(2);
        DnsRecordDecoder.DEFAULT.decodeQuestion(in);
        List<String> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DnsRecord record = DnsRecordDecoder.DEFAULT.decodeRecord(in);
            String content = switch (record) {
                case DnsPtrRecord pointer -> pointer.hostname();
                case DnsRawRecord raw -> ByteBufUtil.hexDump(raw.content());
                default -> throw new IllegalStateException(record.toString());
            };
            records.add(record.name() + " " + record.type().name() + " " + record.timeToLive() + " " + content);
        }
        return new Answer(flags, records);
    }

    /** A name server that knows one answer, and shows that questions come with another number than they were asked with. */
    private static final class Echo implements AutoCloseable {
        private final DatagramSocket datagrams;
        private final ServerSocket connections;

        private Echo() throws Exception {
            connections = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
            datagrams = new DatagramSocket(address());
            serve(() -> {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                while (!datagrams.isClosed()) {
                    datagrams.receive(packet);
                    byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                    byte[] forged = answer.clone();
                    forged[0]++;
                    datagrams.send(new DatagramPacket(forged, forged.length, packet.getSocketAddress()));
                    datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            });
            serve(() -> {
                while (!connections.isClosed()) {
                    try (Socket socket = connections.accept()) {
                        DataInputStream in = new DataInputStream(socket.getInputStream());
                        byte[] answer = answer(in.readNBytes(in.readUnsignedShort()));
                        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                        out.writeShort(answer.length);
                        out.write(answer);
                    }
                }
            });
        }

        private interface Service {
            void run() throws IOException;
        }

        /** Until its socket is closed. */
        private static void serve(Service service) {
            Thread.ofVirtual().start(() -> {
                try {
                    service.run();
                } catch (IOException e) {
                    System.err.println("name server ended: " + e.getMessage());
                }
            });
        }

        private InetSocketAddress address() {
            return new InetSocketAddress(connections.getInetAddress(), connections.getLocalPort());
        }

        private static byte[] answer(byte[] question) {
            ByteBuf out = Unpooled.buffer();
            out.writeBytes(question, 0, 2)
                    .writeShort(0x8180)
                    .writeShort(1)
                    .writeShort(1)
                    .writeInt(0);
            out.writeBytes(question, 12, question.length - 12);
            out.writeShort(0xc00c)
                    .writeShort(1)
                    .writeShort(1)
                    .writeInt(7)
                    .writeShort(4)
                    .writeInt(0x01020304);
            return ByteBufUtil.getBytes(out);
        }

        @Override
        public void close() throws IOException {
            datagrams.close();
            connections.close();
        }
    }
}

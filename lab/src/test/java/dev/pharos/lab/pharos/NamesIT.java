package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.ResolverFile;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names of hosts and records, as any program of a host finds them, beside the names that a provider's server knows. */
class NamesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String BEFORE = """
        # from the provider
        nameserver 198.51.100.53
        options timeout:1
        """;
    private static final int NAMES = 53;

    private final Artefacts artefacts = Artefacts.here();
    private Run run;
    private ControlPlane controlPlane;
    private Enrolments enrolments;
    private Namespace laptop;
    private Path file;
    private Agent laptopAgent;
    private DatagramSocket provider;

    @BeforeEach
    void enrol() throws Exception {
        run = Run.begin();
        Segment lan = new Internet(run).segment("lan", "198.51.100");
        controlPlane = ControlPlane.start(run, standing(lan, "control", 10), lan.address(10), artefacts);
        enrolments = new Enrolments(controlPlane.api());
        provider = provider(standing(lan, "provider", 53));
        agent(standing(lan, "anchor", 2), "10.42.0.2");
        controlPlane
                .api()
                .patch(
                        enrolments.resource("anchor"),
                        Map.of("lighthouse", true, "endpoints", List.of("198.51.100.2:4242")));
        laptop = standing(lan, "laptop", 3);
        file = Files.writeString(run.directory("resolver").resolve("resolv.conf"), BEFORE);
        laptopAgent = new Agent(laptop, artefacts, run.directory("state").resolve("laptop"), new ResolverFile(file));
        laptopAgent.up(enrolments.token("laptop", "10.42.0.10", List.of()));
    }

    @AfterEach
    void clearAway() {
        provider.close();
        controlPlane.close();
        run.close();
    }

    @Test
    void everyProgramFindsTheNamesOfTheNetworkAndAllOthers() throws Exception {
        controlPlane
                .api()
                .post("/api/v1/dns-records", Map.of("name", "printer", "type", "A", "data", List.of("192.168.7.9")));
        controlPlane
                .api()
                .post("/api/v1/dns-records", Map.of("name", "www", "type", "CNAME", "data", List.of("anchor")));

        Await.until(
                "the record to be known",
                LIMIT,
                () -> seen("getent", "hosts", "printer.default.internal").startsWith("192.168.7.9"));
        assertThat(seen("getent", "hosts", "anchor")).as("a short name").startsWith("10.42.0.2");
        assertThat(seen("getent", "ahostsv4", "www.default.internal")).startsWith("10.42.0.2");
        assertThat(seen("getent", "hosts", "10.42.0.2")).contains("anchor.default.internal");
        assertThat(seen("getent", "hosts", "www.example.org")).as("not ours").startsWith("203.0.113.80");
        assertThat(seen("dig", "+noall", "+comments", "nobody.default.internal"))
                .contains("NXDOMAIN");

        peersAreAnsweredWhereAPolicySaysSo();

        laptopAgent.kill();
        assertThat(Files.readString(file)).contains("nameserver 10.42.0.10", "nameserver 198.51.100.53");
        assertThat(seen("getent", "hosts", "www.example.org"))
                .as("nobody at home")
                .startsWith("203.0.113.80");
        laptopAgent.run();
        Await.until(
                "names to be known again",
                LIMIT,
                () -> seen("getent", "hosts", "anchor").startsWith("10.42.0.2"));
        assertThat(laptopAgent.stop()).isZero();
        assertThat(file).hasContent(BEFORE);
    }

    private void peersAreAnsweredWhereAPolicySaysSo() {
        Ping.answersWithin(LIMIT, laptop, "10.42.0.2");
        assertThat(ask("10.42.0.2", "laptop.default.internal")).contains("timed out");
        enrolments.allow("names", List.of("any"), List.of("host:anchor"), Map.of("protocol", "udp", "ports", "53"));
        Await.until(
                "the policy to be enforced",
                LIMIT,
                () -> ask("10.42.0.2", "laptop.default.internal").contains("10.42.0.10"));
        assertThat(ask("10.42.0.2", "www.example.org")).contains("REFUSED");
    }

    private String ask(String server, String name) {
        return laptop.attempt(LIMIT, "dig", "@" + server, "+tries=1", "+time=1", name)
                .text();
    }

    /** What a program prints that sees the resolver of the laptop. */
    private String seen(String... command) {
        return laptop.attempt(
                        LIMIT, new ResolverFile(file).around(List.of(command)).toArray(String[]::new))
                .text();
    }

    /** A name server to which every name has the same address. */
    private static DatagramSocket provider(Namespace at) {
        DatagramSocket socket = at.open(() -> new DatagramSocket(new InetSocketAddress("198.51.100.53", NAMES)));
        Thread.ofPlatform().daemon().name("provider").start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            try {
                while (!socket.isClosed()) {
                    packet.setLength(512);
                    socket.receive(packet);
                    byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                System.out.println("the provider's name server ended: " + e.getMessage());
            }
        });
        return socket;
    }

    /** The question again, and an address where one is asked for (RFC 1035 section 4). */
    private static byte[] answer(ByteBuffer question) {
        int end = 12;
        while (question.get(end) != 0) {
            end += question.get(end) + 1;
        }
        boolean address = question.getShort(end + 1) == 1;
        ByteBuffer answer =
                ByteBuffer.allocate(512).putShort(question.getShort(0)).putShort((short) 0x8180);
        answer.putShort((short) 1).putShort((short) (address ? 1 : 0)).putInt(0);
        answer.put(question.slice(12, end + 5 - 12));
        if (address) {
            answer.putShort((short) 0xc00c)
                    .putShort((short) 1)
                    .putShort((short) 1)
                    .putInt(60)
                    .putShort((short) 4);
            answer.put(new byte[] {(byte) 203, 0, 113, 80});
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    private Agent agent(Namespace at, String overlay) {
        Agent agent = new Agent(at, artefacts, run.directory("state").resolve(at.name()));
        agent.up(enrolments.token(at.name(), overlay, List.of()));
        return agent;
    }

    private Namespace standing(Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }
}

package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.probe.OneWay;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.probe.TcpProbe;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An office with a printer that knows nothing of us, and two hosts in it that route to it for a laptop elsewhere.
 *
 * <pre>
 *   lan 198.51.100.0/24                  office 192.168.7.0/24
 *   .2 anchor  .3 laptop  .30 router ─── .1 router  .2 rpi  .3 nas  .9 printer
 * </pre>
 */
class SubnetRouteIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration FAILOVER = Duration.ofSeconds(1);

    private static final String PRINTER = "192.168.7.9";
    private static final int PRINTING = 631;
    private static final int FORBIDDEN = 22;
    private static final int FLOW = 5000;

    private final Artefacts artefacts = Artefacts.here();
    private Run run;
    private ControlPlane controlPlane;
    private Enrolments enrolments;
    private Namespace laptop;
    private Namespace rpi;
    private Namespace nas;
    private Namespace printer;
    private Agent rpiAgent;
    private Agent nasAgent;

    @BeforeEach
    void enrol() {
        run = Run.begin();
        Segment lan = new Internet(run).segment("lan", "198.51.100");
        controlPlane = ControlPlane.start(run, standing(lan, "control", 10), lan.address(10), artefacts);
        enrolments = new Enrolments(controlPlane.api());
        Segment office = Router.create(run, "router", lan, 30, "192.168.7", new Nat.PortRestrictedCone())
                .inside();
        rpi = standing(office, "rpi", 2);
        nas = standing(office, "nas", 3);
        printer = standing(office, "printer", 9);
        for (Namespace router : List.of(rpi, nas)) {
            router.run("sysctl", "-qw", "net.ipv4.ip_forward=0");
        }
        laptop = standing(lan, "laptop", 3);

        agent(standing(lan, "anchor", 2), "10.42.0.2");
        controlPlane
                .api()
                .patch(
                        enrolments.resource("anchor"),
                        Map.of("lighthouse", true, "relay", true, "endpoints", List.of("198.51.100.2:4242")));
        rpiAgent = agent(rpi, "10.42.0.20");
        nasAgent = agent(nas, "10.42.0.21");
        agent(laptop, "10.42.0.10");
        List<String> subnet = List.of("192.168.7.0/24");
        enrolments.allow("ping", List.of("host:laptop"), subnet, Map.of("protocol", "icmp"));
        enrolments.allow("print", List.of("host:laptop"), subnet, Map.of("protocol", "tcp", "ports", "631"));
        enrolments.allow("flow", List.of("host:laptop"), subnet, Map.of("protocol", "udp", "ports", "5000"));
    }

    @AfterEach
    void clearAway() {
        controlPlane.close();
        run.close();
    }

    @Test
    void aSubnetIsReachedThroughEitherOfItsRoutersAndNothingIsLeftOfThem() throws Exception {
        assertThat(Ping.answers(laptop, PRINTER)).isFalse();
        String route = "/api/v1/routes/"
                + controlPlane
                        .api()
                        .post(
                                "/api/v1/routes",
                                Map.of("subnet", "192.168.7.0/24", "routers", List.of("host:rpi", "host:nas")))
                        .path("id")
                        .asString();
        assertThat(Ping.answersWithin(LIMIT, laptop, PRINTER)).isTrue();
        assertThat(laptop.run("ip", "route")).containsPattern("192.168.7.0/24 dev pharos0 .*metric 1000");
        whatIsNotAllowedIsRefused();
        assertThat(senderOfAConnection()).as("masqueraded").isEqualTo("192.168.7.2");

        theSecondRouterTakesOver();

        controlPlane.api().patch(route, Map.of("masquerade", false));
        printer.ip("route add 10.42.0.0/24 via 192.168.7.2");
        Await.until(
                "the printer to see the laptop itself",
                LIMIT,
                () -> senderOfAConnection().equals("10.42.0.10"));

        Await.until(
                "the second router to masquerade no more",
                LIMIT,
                () -> !tables(nas).contains("pharos"));
        assertThat(forwards(nas)).isEqualTo("1");
        nasAgent.kill();
        assertThat(forwards(nas)).isEqualTo("1");
        controlPlane.api().delete(route);
        nasAgent.run();
        Await.until("a killed router to be put back", LIMIT, () -> forwards(nas).equals("0"));
        Await.until(
                "a router that is none any more to be put back",
                LIMIT,
                () -> forwards(rpi).equals("0"));
        assertThat(Ping.answers(laptop, PRINTER)).isFalse();
    }

    private void whatIsNotAllowedIsRefused() throws IOException {
        try (ServerSocketChannel _ = TcpProbe.listen(printer, FORBIDDEN)) {
            assertThat(TcpProbe.connects(laptop, PRINTER, FORBIDDEN, SHORT)).isFalse();
            assertThat(TcpProbe.connects(rpi, PRINTER, FORBIDDEN, SHORT)).isTrue();
        }
    }

    private void theSecondRouterTakesOver() {
        try (OneWay flow = OneWay.open(laptop, printer, PRINTER, FLOW, () -> {})) {
            flow.send();
            Await.until("the flow to arrive", LIMIT, () -> flow.firstArrivalSince(0) < Long.MAX_VALUE);
            aPeerThatOnlyListensIsNoReasonToTurnToAnother(flow);
            long killed = System.nanoTime();
            rpiAgent.kill();
            Await.until(
                    "the flow to go on",
                    LIMIT,
                    () -> flow.firstArrivalSince(killed) < Long.MAX_VALUE
                            && senderOfAConnection().equals("192.168.7.3"));
            Duration gap = flow.longestGap(killed);
            System.out.println("a router killed: " + gap.toMillis() + " ms without traffic");
            assertThat(gap).isLessThan(FAILOVER);
            assertThat(tables(rpi)).as("left by the killed one").contains("pharos_pharos0");

            rpiAgent.run();
            Await.until(
                    "the first router to take over again",
                    LIMIT,
                    () -> senderOfAConnection().equals("192.168.7.2"));
        }
        assertThat(rpiAgent.stop()).isZero();
        assertThat(tables(rpi)).doesNotContain("pharos");
        assertThat(forwards(rpi)).isEqualTo("0");
        rpiAgent.run();
        Await.until(
                "the first router to forward again", LIMIT, () -> forwards(rpi).equals("1"));
    }

    private void aPeerThatOnlyListensIsNoReasonToTurnToAnother(OneWay flow) {
        String before = received(nas);
        long later = flow.begun() + Duration.ofSeconds(3).toNanos();
        Await.until("some of the flow", LIMIT, () -> flow.firstArrivalSince(later) < Long.MAX_VALUE);
        assertThat(received(nas)).as("packets through the second router").isEqualTo(before);
    }

    /** Packets that its agent has handed to the machine. */
    private static String received(Namespace at) {
        return at.run("cat", "/sys/class/net/pharos0/statistics/rx_packets").strip();
    }

    /** As the printer sees it; empty when it sees none, as when the routers changed in the middle of the handshake. */
    private String senderOfAConnection() {
        try (ServerSocketChannel server = TcpProbe.listen(printer, PRINTING);
                SocketChannel client = laptop.open(() -> SocketChannel.open(StandardProtocolFamily.INET))) {
            client.socket().connect(new InetSocketAddress(PRINTER, PRINTING), Math.toIntExact(SHORT.toMillis()));
            server.socket().setSoTimeout(Math.toIntExact(SHORT.toMillis()));
            try (Socket accepted = server.socket().accept()) {
                return accepted.getInetAddress().getHostAddress();
            }
        } catch (IOException e) {
            return "";
        }
    }

    private static String tables(Namespace at) {
        return at.run("nft", "list", "tables");
    }

    private static String forwards(Namespace at) {
        return at.run("sysctl", "-n", "net.ipv4.ip_forward").strip();
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

package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** As {@link SubnetRouteIT}, to an office that speaks IPv6: a printer, and a host that routes to it for a laptop elsewhere. */
class SixSubnetRouteIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String OFFICE = "fd07:7::/64";
    private static final String PRINTER = "fd07:7::9";
    private static final String RPI = "fd07:7::2";

    @Test
    void aSubnetOfIpv6IsReachedThroughItsRouterAndNothingIsLeftOfIt() {
        try (Run run = Run.begin()) {
            Segment lan = new Internet(run).segment("lan", "198.51.100");
            Namespace rpi = standing(run, lan, "rpi", 2);
            Namespace laptop = standing(run, lan, "laptop", 3);
            Namespace printer = cabled(run, rpi);
            try (ControlPlane controlPlane =
                    ControlPlane.start(run, standing(run, lan, "control", 10), lan.address(10), Artefacts.here())) {
                Api api = controlPlane.api();
                Overlay overlay =
                        Overlay.create(run, api, "both", Map.of("ranges", List.of("10.43.0.0/24", "fd42:43::/64")));
                Agent rpiAgent = overlay.join("rpi", rpi);
                overlay.serveAsLighthouse("rpi", "198.51.100.2:4242");
                overlay.join("laptop", laptop);
                assertThat(Ping.answers(laptop, PRINTER)).isFalse();

                String route = route(api, overlay);

                assertThat(allowed(api, overlay, "icmp")).isTrue();
                assertThat(allowed(api, overlay, "udp")).isFalse();
                assertThat(Ping.answersWithin(LIMIT, laptop, PRINTER)).isTrue();
                assertThat(laptop.run("ip", "-6", "route")).containsPattern(OFFICE + " dev pharos0 .*metric 1000");
                assertThat(rpi.run("nft", "list", "table", "inet", "pharos_pharos0"))
                        .contains("ip6 saddr fd42:43::/64 ip6 daddr " + OFFICE + " masquerade");
                theRouterAloneIsSeen(printer, laptop);

                api.delete(route);
                Await.until("the route to be gone", LIMIT, () -> !Ping.answers(laptop, PRINTER));
                Await.until("forwarding to be off", LIMIT, () -> forwards(rpi).equals("0"));
                assertThat(rpi.run("nft", "list", "tables")).doesNotContain("pharos");
                assertThat(rpiAgent.stop()).isZero();
            }
        }
    }

    private static String route(Api api, Overlay overlay) {
        api.post(
                "/api/v1/policies",
                Map.of(
                        "name",
                        "office",
                        "from",
                        List.of("host:laptop"),
                        "to",
                        List.of(OFFICE),
                        "allow",
                        List.of(Map.of("protocol", "icmp")),
                        "networkId",
                        overlay.id()));
        return "/api/v1/routes/"
                + api.post(
                                "/api/v1/routes",
                                Map.of("subnet", OFFICE, "routers", List.of("host:rpi"), "networkId", overlay.id()))
                        .path("id")
                        .asString();
    }

    /** As the control plane foretells it. */
    private static boolean allowed(Api api, Overlay overlay, String protocol) {
        Map<String, Object> question = protocol.equals("icmp")
                ? Map.of("from", "host:laptop", "to", PRINTER, "protocol", protocol, "networkId", overlay.id())
                : Map.of(
                        "from",
                        "host:laptop",
                        "to",
                        PRINTER,
                        "protocol",
                        protocol,
                        "port",
                        631,
                        "networkId",
                        overlay.id());
        JsonNode answer = api.post("/api/v1/policies/simulate", question);
        return answer.path("allowed").asBoolean();
    }

    /** The printer knows no way to the overlay: it has only ever talked to its neighbour. */
    private static void theRouterAloneIsSeen(Namespace printer, Namespace laptop) {
        assertThat(Ping.answers(laptop, PRINTER)).isTrue();
        assertThat(printer.run("ip", "-6", "route")).doesNotContain("fd42").doesNotContain("default");
        assertThat(printer.run("ip", "-6", "neigh")).contains(RPI);
    }

    /** A printer on a cable of its own to the second device of a host that does not forward as yet. */
    private static Namespace cabled(Run run, Namespace rpi) {
        Namespace printer = Namespace.create(run, "printer");
        rpi.ip(
                "link add office type veth peer name eth0 netns " + printer.fullName(),
                "addr add " + RPI + "/64 dev office nodad",
                "link set office up");
        printer.ip("addr add " + PRINTER + "/64 dev eth0 nodad", "link set eth0 up");
        assertThat(forwards(rpi)).isEqualTo("0");
        return printer;
    }

    private static String forwards(Namespace at) {
        return at.run("sysctl", "-n", "net.ipv6.conf.all.forwarding").strip();
    }

    private static Namespace standing(Run run, Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }
}

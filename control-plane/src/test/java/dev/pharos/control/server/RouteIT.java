package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.OwnPart.Forwarding;
import dev.pharos.protocol.bundle.TopologyPart.Route;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Subnets beyond the overlay, in a network of their own. */
class RouteIT {
    private static final Rest API = Server.shared().api();
    private static String network;
    private static FakeAgent laptop;
    private static FakeAgent rpi;
    private static FakeAgent nas;
    private static String phone;

    @BeforeAll
    static void aSmallFleet() {
        network =
                API.post("networks", "{'name':'routed','range':'10.82.0.0/24'}").at("id");
        laptop = joined("laptop", "mobiles");
        rpi = joined("rpi", "servers");
        nas = joined("nas", "servers");
        phone = API.post("hosts", "{'networkId':'" + network + "','name':'phone','kind':'nebula'}")
                .at("id");
    }

    @Test
    void aRouteReachesItsRoutersCertificatesAndEverybodysTable() throws Exception {
        export();
        String id = create("'subnet':'192.168.7.9/24','routers':['host:rpi','host:nas']");

        Answer shown = API.get("routes/" + id);
        assertThat(shown.at("subnet")).isEqualTo("192.168.7.0/24");
        assertThat(shown.body().path("routers").toString()).isEqualTo("[\"host:rpi\",\"host:nas\"]");
        assertThat(shown.body().path("masquerade").asBoolean()).isTrue();
        assertThat(shown.body().path("metric").asInt()).isEqualTo(1000);
        settle();
        VpnPrefix subnet = VpnPrefix.parse("192.168.7.0/24");
        for (FakeAgent router : List.of(rpi, nas)) {
            assertThat(certificates(router))
                    .hasSize(2)
                    .allMatch(each -> each.unsafeNetworks().equals(List.of(subnet)));
            assertThat(router.bundle().own().forwarding()).containsExactly(new Forwarding(subnet, true));
        }
        assertThat(certificates(laptop)).allMatch(each -> each.unsafeNetworks().isEmpty());
        assertThat(laptop.bundle().own().forwarding()).isEmpty();
        assertThat(laptop.bundle().topology().routes())
                .containsExactly(new Route(subnet, List.of(address(rpi), address(nas)), 1000));
        assertThat(needsReimport()).isTrue();
        assertThat(export())
                .contains("unsafe_routes:", "route: 192.168.7.0/24", "via: " + address(rpi), "metric: 1000");

        List<Certificate> before = certificates(rpi);
        API.patch("routes/" + id, "{'routers':['host:nas'],'masquerade':false}");

        settle();
        assertThat(certificates(rpi)).allMatch(each -> each.unsafeNetworks().isEmpty());
        assertThat(rpi.bundle().own().forwarding()).isEmpty();
        assertThat(nas.bundle().own().forwarding()).containsExactly(new Forwarding(subnet, false));
        assertThat(laptop.bundle().topology().routes()).containsExactly(new Route(subnet, List.of(address(nas)), 1000));
        assertThat(needsReimport()).isTrue();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            settle();
            return laptop.bundle()
                    .trust()
                    .blocklist()
                    .containsAll(before.stream().map(Certificate::fingerprint).toList());
        });

        assertThat(API.delete("routes/" + id).status()).isEqualTo(204);
        settle();
        assertThat(laptop.bundle().topology().routes()).isEmpty();
        String events = API.get("audit-events?limit=500").text();
        assertThat(events).contains("route.create", "route.change", "route.delete");
    }

    @Test
    void aSubnetIsADestinationOfPolicies() {
        String id = create("'subnet':'192.168.8.0/24','routers':['host:rpi']");
        String policy = API.post(
                        "policies",
                        "{'networkId':'" + network + "','name':'printers','from':['group:mobiles'],"
                                                   + "'to':['192.168.8.0/28'],'allow':[{'protocol':'tcp','ports':'631'}],'tests':["
                                                   + "{'from':'host:laptop','to':'192.168.8.5','protocol':'tcp','port':631,'allowed':true}]}")
                .at("id");

        assertThat(simulate("192.168.8.5", 631)).contains("\"allowed\":true", policy);
        assertThat(simulate("192.168.8.5", 22)).contains("\"allowed\":false");
        assertThat(simulate("192.168.8.77", 631)).contains("\"allowed\":false");
        assertThat(simulate("192.168.9.5", 631)).contains("an address in a routed subnet");
        assertThat(simulate("host:rpi", 631)).contains("\"allowed\":false");
        Answer narrowed = API.patch("policies/" + policy, "{'to':['192.168.8.8/29']}");
        assertThat(narrowed.at("detail")).contains("laptop to 192.168.8.5 behind rpi");
        Answer preview = API.post("policies/preview", "{'policyId':'" + policy + "'}");
        assertThat(preview.body().path("summary").toString())
                .isEqualTo("[\"rpi loses 631/tcp into 192.168.8.0/28 from group mobiles\"]");

        API.delete("policies/" + policy);
        API.delete("routes/" + id);
    }

    @Test
    void whatCannotBeRoutedIsRefused() {
        String id = create("'subnet':'172.16.0.0/16','routers':['host:rpi']");

        assertThat(refusal(409, "'subnet':'10.82.0.128/25','routers':['host:rpi']"))
                .contains("overlaps with the network's own range 10.82.0.0/24");
        assertThat(refusal(409, "'subnet':'10.0.0.0/8','routers':['host:rpi']")).contains("own range");
        assertThat(refusal(409, "'subnet':'172.16.9.0/24','routers':['host:nas']"))
                .contains("overlaps with the route to 172.16.0.0/16");
        assertThat(refusal(422, "'subnet':'0.0.0.0/0','routers':['host:rpi']")).contains("must not be everything");
        assertThat(refusal(422, "'subnet':'128.0.0.0/1','routers':['host:rpi']"))
                .contains("not be wider");
        assertThat(refusal(422, "'subnet':'127.0.0.0/8','routers':['host:rpi']"))
                .contains("loopback");
        assertThat(refusal(422, "'subnet':'fd00::/64','routers':['host:rpi']")).contains("family");
        assertThat(refusal(422, "'subnet':'home','routers':['host:rpi']")).contains("range like");
        assertThat(refusal(422, "'subnet':'192.168.9.0/24','routers':['host:phone']"))
                .contains("routers[0]", "stock Nebula");
        assertThat(refusal(422, "'subnet':'192.168.9.0/24','routers':['host:rpi','host:rpi']"))
                .contains("routers[1]", "twice");
        assertThat(refusal(422, "'subnet':'192.168.9.0/24','routers':['host:nobody']"))
                .contains("names no host");
        assertThat(refusal(422, "'subnet':'192.168.9.0/24','routers':[]")).contains("routers");
        assertThat(API.patchBlindly("routes/" + id, "{'metric':1}").status()).isEqualTo(428);
        assertThat(API.patch("routes/" + id, "{'metric':1}", "If-Match", "\"77\"")
                        .status())
                .isEqualTo(412);
        assertThat(API.get("routes?networkId=" + network + "&q=172.16").body().path("items"))
                .hasSize(1);
        API.delete("routes/" + id);
        assertThat(API.get("routes/" + id).status()).isEqualTo(404);
    }

    @Test
    void aRouterThatIsDeletedLeavesTheRouteToTheOthers() throws Exception {
        FakeAgent spare = joined("spare", "servers");
        String id = create("'subnet':'192.168.11.0/24','routers':['host:spare','host:nas']");

        API.delete("hosts/" + spare.id());

        settle();
        assertThat(laptop.bundle().topology().routes())
                .containsExactly(new Route(VpnPrefix.parse("192.168.11.0/24"), List.of(address(nas)), 1000));
        assertThat(API.get("routes/" + id).body().path("routers").toString()).isEqualTo("[\"host:nas\"]");
        API.delete("routes/" + id);
    }

    private static String create(String body) {
        Answer answer = API.post(
                "routes", "{'networkId':'" + network + "'," + body + "}", "Idempotency-Key", "of-" + body.hashCode());
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(API.post(
                                "routes",
                                "{'networkId':'" + network + "'," + body + "}",
                                "Idempotency-Key",
                                "of-" + body.hashCode())
                        .at("id"))
                .isEqualTo(answer.at("id"));
        return answer.at("id");
    }

    private static String refusal(int status, String body) {
        Answer answer = API.post("routes", "{'networkId':'" + network + "'," + body + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.text();
    }

    private static String simulate(String to, int port) {
        return API.post(
                        "policies/simulate",
                        "{'networkId':'" + network + "','from':'host:laptop','to':'" + to + "','protocol':'tcp','port':"
                                + port + "}")
                .text();
    }

    private static String export() {
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        return API.get("hosts/" + phone + "/nebula-config?publicKey="
                        + URLEncoder.encode(key.publicKey().toPem(), StandardCharsets.UTF_8))
                .text();
    }

    private static boolean needsReimport() {
        return API.get("hosts/" + phone).body().path("reimport").asBoolean();
    }

    private static List<Certificate> certificates(FakeAgent agent) {
        var own = agent.bundle().own().certificates();
        return Stream.concat(own.v1().stream(), own.v2().stream()).toList();
    }

    private static VpnAddress address(FakeAgent agent) {
        return agent.bundle().own().addresses().getFirst().address();
    }

    private static void settle() {
        for (FakeAgent agent : List.of(laptop, rpi, nas)) {
            while (agent.poll(0).isPresent()) {
                assertThat(agent.bundle()).isNotNull();
            }
        }
    }

    private static FakeAgent joined(String name, String group) {
        FakeAgent agent = FakeAgent.with(
                API.post(
                                "enrollment-tokens",
                                "{'networkId':'" + network + "','name':'" + name + "','groups':['" + group + "']}")
                        .at("token"),
                name);
        agent.enrol();
        return agent;
    }
}

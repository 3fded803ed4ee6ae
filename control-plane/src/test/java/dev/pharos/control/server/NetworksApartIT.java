package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.cert.Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Networks on one control plane: the same names, the same range, and nothing in common. */
class NetworksApartIT {
    private static final byte[] NOTHING = new byte[0];

    private final Rest api = Server.shared().api();

    @Test
    void networksWithTheSameRangeAndTheSameNamesHaveNothingInCommon() {
        String red = network("apart-red");
        String blue = network("apart-blue");
        FakeAgent redHost = join(red, "twin");
        FakeAgent blueHost = join(blue, "twin");
        for (String network : List.of(red, blue)) {
            assertThat(api.post(
                                    "policies",
                                    "{'name':'same','from':['any'],'to':['any'],'allow':[{'protocol':'tcp'}],'networkId':'"
                                            + network + "'}")
                            .status())
                    .isEqualTo(201);
            assertThat(api.post("groups", "{'name':'same','networkId':'" + network + "'}")
                            .status())
                    .isEqualTo(201);
        }
        api.patch("hosts/" + redHost.id(), "{'lighthouse':true,'endpoints':['203.0.113.9:4242']}");
        api.post("hosts", "{'name':'red-only','kind':'nebula','networkId':'" + red + "'}");
        redHost.poll(5);
        blueHost.poll(0);

        Bundle inRed = redHost.bundle();
        Bundle inBlue = blueHost.bundle();
        assertThat(inRed.own().addresses()).isEqualTo(inBlue.own().addresses());
        assertThat(inRed.manifest().network()).isEqualTo(red);
        assertThat(inBlue.manifest().network()).isEqualTo(blue);
        assertThat(redHost.signedBy()).isNotEqualTo(blueHost.signedBy());
        Set<Certificate> common = new HashSet<>(inRed.trust().authorities());
        common.retainAll(inBlue.trust().authorities());
        assertThat(common).isEmpty();
        assertThat(inBlue.topology().lighthouses()).isEmpty();
        assertThat(inBlue.names().hosts().toString()).doesNotContain("red-only");
        assertThat(status(
                        blueHost, "/agent/v1/parts/" + inRed.manifest().parts().names()))
                .isEqualTo(404);
        assertThat(status(
                        blueHost, "/agent/v1/parts/" + inRed.manifest().parts().trust()))
                .isEqualTo(404);
    }

    @Test
    void aListIsOfOneNetwork() {
        String red = network("listed-red");
        String blue = network("listed-blue");
        join(red, "in-red");
        api.post("policies", policy(red, "in-red"));
        api.post("groups", "{'name':'in-red','networkId':'" + red + "'}");

        for (String list : List.of("hosts", "policies", "groups", "enrollment-tokens", "certificates", "revisions")) {
            assertThat(api.get(list + "?limit=500&networkId=" + red).text())
                    .as(list + " of the one")
                    .contains(red);
            assertThat(api.get(list + "?limit=500&networkId=" + blue).text())
                    .as(list + " of the other")
                    .doesNotContain(red)
                    .doesNotContain("in-red");
        }
        assertThat(authorities(red)).hasSize(2).doesNotContainAnyElementsOf(authorities(blue));
        assertThat(api.get("hosts?networkId=net_00000000000000000000000000").status())
                .isEqualTo(422);
    }

    @Test
    void nothingRefersFromOneNetworkToAnother() {
        String red = network("referred-red");
        String blue = network("referred-blue");
        join(red, "target");

        assertThat(api.post(
                                "policies",
                                "{'name':'p','from':['any'],'to':['host:target'],'allow':[{'protocol':'tcp'}],'networkId':'"
                                        + blue + "'}")
                        .status())
                .as("a policy about a host of another network")
                .isEqualTo(422);
        assertThat(api.post(
                                "policies/simulate",
                                "{'from':'host:target','to':'host:target','protocol':'icmp','networkId':'" + blue
                                        + "'}")
                        .status())
                .isEqualTo(422);
    }

    private String network(String name) {
        return api.post("networks", "{'name':'" + name + "','range':'10.95.0.0/24'}")
                .at("id");
    }

    private FakeAgent join(String network, String name) {
        FakeAgent agent = FakeAgent.with(
                api.post(
                                "enrollment-tokens",
                                "{'name':'" + name + "','host':{'name':'" + name + "'},'networkId':'" + network + "'}")
                        .at("token"),
                null);
        agent.enrol();
        return agent;
    }

    private static String policy(String network, String name) {
        return "{'name':'" + name + "','from':['any'],'to':['any'],'allow':[{'protocol':'tcp'}],'networkId':'" + network
                + "'}";
    }

    private Set<String> authorities(String network) {
        return api.get("certificate-authorities?networkId=" + network)
                .body()
                .path("items")
                .valueStream()
                .map(authority -> authority.path("fingerprint").asString())
                .collect(Collectors.toSet());
    }

    private static int status(FakeAgent agent, String path) {
        return agent.send("GET", path, "", NOTHING).statusCode();
    }
}

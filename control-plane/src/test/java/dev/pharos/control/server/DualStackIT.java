package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Networks with an IPv6 range, alone or beside one of IPv4. */
class DualStackIT {
    private final Rest api = Server.shared().api();

    @Test
    void aHostOfADualStackNetworkHasAnAddressOfEachFamily() throws Exception {
        String network = network("dual", "'ranges':['fd42:1::/64','10.81.0.0/24']");
        FakeAgent first = FakeAgent.with(token(network, "'host':{'name':'first','address':'10.81.0.9'}"), null);
        first.enrol();
        api.post(
                "policies",
                "{'name':'one','from':['host:first'],'to':['any'],'allow':[{'protocol':'tcp','ports':'22'}],'networkId':'"
                        + network + "'}");
        Bundle bundle = FakeAgent.with(
                        token(network, "'host':{'name':'second','addresses':['fd42:1::77','10.81.0.7']}"), null)
                .enrol();

        assertThat(first.bundle().own().addresses()).hasToString("[10.81.0.9/24, fd42:1::1/64]");
        assertThat(bundle.own().addresses()).hasToString("[10.81.0.7/24, fd42:1::77/64]");
        assertThat(networks(bundle.own().certificates().v1())).hasToString("[10.81.0.7/24]");
        assertThat(networks(bundle.own().certificates().v2())).hasToString("[10.81.0.7/24, fd42:1::77/64]");
        assertThat(bundle.own().rules().inbound().toString())
                .contains("10.81.0.9/32")
                .contains("fd42:1::1/128");
        assertThat(bundle.names().hosts().toString()).contains("fd42:1::1").contains("fd42:1::77");
        JsonNode shown = api.get("hosts/" + first.id()).body();
        assertThat(shown.path("addresses")).hasToString("[\"10.81.0.9\",\"fd42:1::1\"]");

        assertThat(api.patch("hosts/" + first.id(), "{'addresses':['fd42:1::77']}")
                        .status())
                .isEqualTo(409);
        assertThat(api.patch("hosts/" + first.id(), "{'address':'fd42:1::99'}")
                        .body()
                        .path("addresses"))
                .hasToString("[\"10.81.0.9\",\"fd42:1::99\"]");
    }

    @Test
    void anIpv6RangeOfItsOwnIsMadeForWhoeverWantsOne() {
        JsonNode first = api.get("networks/" + network("own-1", "'ranges':['10.82.0.0/24','ula']"))
                .body();
        JsonNode second = api.get("networks/" + network("own-2", "'ranges':['10.82.0.0/24','ula']"))
                .body();

        assertThat(first.path("range").asString()).isEqualTo("10.82.0.0/24");
        assertThat(first.path("ranges").path(1).asString()).matches("fd[0-9a-f]{2}:.*::/64");
        assertThat(first.path("ranges")).isNotEqualTo(second.path("ranges"));
        assertThat(first.path("certificateVersion").asInt()).isEqualTo(1);
    }

    @Test
    void aNetworkOfIpv6AloneHasCertificatesOfVersionTwoAlone() throws Exception {
        Answer refused = api.post("networks", "{'name':'six','range':'fd42:2::/64','certificateVersion':1}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("nebula 1.6 to 1.9 cannot join");
        String network = network("six", "'range':'fd42:2::/64'");
        assertThat(api.get("networks/" + network)
                        .body()
                        .path("certificateVersion")
                        .asInt())
                .isEqualTo(2);

        Bundle bundle = FakeAgent.with(token(network, "'host':{'name':'six','address':'fd42:2::6'}"), null)
                .enrol();
        assertThat(bundle.own().addresses()).hasToString("[fd42:2::6/64]");
        assertThat(bundle.own().certificates().v1()).isEmpty();
        assertThat(networks(bundle.own().certificates().v2())).hasToString("[fd42:2::6/64]");

        String exported = export(network, "six-phone");
        Certificate certificate = certificate(exported);
        assertThat(certificate.version()).isEqualTo(CertificateVersion.V2);
        assertThat(certificate.networks()).hasToString("[fd42:2::1/64]");
        assertThat(exported).contains("needs Nebula 1.10 or newer");
    }

    @Test
    void theNetworkSaysOfWhichVersionExportedCertificatesAre() throws Exception {
        Certificate one = certificate(export(network("old", "'ranges':['10.83.0.0/24','ula']"), "old-phone"));
        Certificate two = certificate(
                export(network("new", "'ranges':['10.83.0.0/24','fd42:3::/64'],'certificateVersion':2"), "new-phone"));

        assertThat(one.version()).isEqualTo(CertificateVersion.V1);
        assertThat(one.networks()).hasToString("[10.83.0.1/24]");
        assertThat(two.version()).isEqualTo(CertificateVersion.V2);
        assertThat(two.networks()).hasToString("[10.83.0.1/24, fd42:3::1/64]");
    }

    @Test
    void rangesThatAreNoneAreRefusedAndTheOthersStayUntilThereIsAHost() {
        for (String wrong : List.of(
                "'ranges':[]",
                "'ranges':['10.1.0.0/24','10.2.0.0/24']",
                "'ranges':['fd00::/64','ula']",
                "'range':'fe80::/64'",
                "'range':'ff02::/64'",
                "'range':'::/64'",
                "'range':'fd00::/48'",
                "'range':'fd00::/121'",
                "'range':'10.0.0.0/24','ranges':['ula']")) {
            assertThat(api.post("networks", "{'name':'wrong'," + wrong + "}").status())
                    .as(wrong)
                    .isEqualTo(422);
        }
        String network = network("moving", "'range':'10.84.0.0/24'");
        assertThat(api.patch("networks/" + network, "{'ranges':['10.85.0.0/24','fd42:5::/64']}")
                        .body()
                        .path("ranges"))
                .hasToString("[\"10.85.0.0/24\",\"fd42:5::/64\"]");
        api.post("hosts", "{'name':'first','kind':'nebula','networkId':'" + network + "'}");
        assertThat(api.patch("networks/" + network, "{'range':'10.86.0.0/24'}").status())
                .isEqualTo(422);
        assertThat(api.patch("networks/" + network, "{'certificateVersion':2}").status())
                .isEqualTo(422);
        assertThat(api.patch("networks/" + network, "{'name':'moved'}").status())
                .isEqualTo(200);
    }

    private String network(String name, String ranges) {
        return api.post("networks", "{'name':'" + name + "'," + ranges + "}").at("id");
    }

    private String token(String network, String host) {
        return api.post("enrollment-tokens", "{'name':'dual'," + host + ",'networkId':'" + network + "'}")
                .at("token");
    }

    private String export(String network, String name) {
        String id = api.post("hosts", "{'name':'" + name + "','kind':'nebula','networkId':'" + network + "'}")
                .at("id");
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        return api.get("hosts/" + id + "/nebula-config?publicKey="
                        + URLEncoder.encode(key.publicKey().toPem(), StandardCharsets.UTF_8))
                .text();
    }

    private static Certificate certificate(String exported) throws Exception {
        JsonNode config = new JsonMapper().valueToTree(new Yaml().load(exported));
        return CertificatePem.parse(config.path("pki").path("cert").asString()).getFirst();
    }

    private static List<VpnPrefix> networks(Optional<Certificate> certificate) {
        return certificate.orElseThrow().networks();
    }
}

package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NebulaConfigIT {
    private final Rest api = Server.shared().api();

    @Test
    void aStockHostGetsAWholeConfigurationForAKeyMadeElsewhere() throws Exception {
        FakeAgent lighthouse = FakeAgent.joined(api, "stock-lighthouse");
        api.patch(
                "hosts/" + lighthouse.id(),
                "{'lighthouse':true,'relay':true,'endpoints':['198.51.100.9:4242','home.example.net:4242']}");
        String address =
                lighthouse.bundle().own().addresses().getFirst().address().toString();
        api.post(
                "policies",
                "{'name':'web','from':['group:stock'],'to':['group:stock'],'allow':[{'protocol':'tcp','ports':'80,8000-8100'}]}");
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        String id = api.post("hosts", "{'name':'stock','kind':'nebula','groups':['stock']}")
                .at("id");

        JsonNode config = parse(export(id, key));

        Certificate certificate =
                CertificatePem.parse(config.path("pki").path("cert").asString()).getFirst();
        assertThat(certificate.version()).isEqualTo(CertificateVersion.V1);
        assertThat(key.belongsTo(certificate)).isTrue();
        assertThat(certificate.groups()).containsExactly("stock");
        assertThat(Duration.between(Instant.now(), certificate.notAfter()).toDays())
                .isEqualTo(364);
        List<Certificate> authorities =
                CertificatePem.parse(config.path("pki").path("ca").asString());
        assertThat(authorities).hasSize(2).allMatch(authority -> authority.version() == CertificateVersion.V1);
        assertThat(certificate.isSignedBy(authorities.getFirst().publicKey())).isTrue();
        assertThat(config.path("static_host_map").path(address))
                .hasToString("[\"198.51.100.9:4242\",\"home.example.net:4242\"]");
        assertThat(config.path("lighthouse").path("hosts").toString()).contains(address);
        assertThat(config.path("relay").path("relays").toString()).contains(address);
        assertThat(config.path("firewall").path("inbound").toString())
                .contains("{\"port\":80,\"proto\":\"tcp\",\"groups\":[\"stock\"]}")
                .contains("{\"port\":\"8000-8100\",\"proto\":\"tcp\",\"groups\":[\"stock\"]}")
                .contains("{\"port\":\"any\",\"proto\":\"icmp\",\"host\":\"any\"}");
    }

    @Test
    void aConfigurationIsReadAgainWithinTheSameSecond() {
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        String id = api.post("hosts", "{'name':'stock-again','kind':'nebula'}").at("id");

        for (int i = 0; i < 4; i++) {
            assertThat(export(id, key).status()).isEqualTo(200);
        }
    }

    @Test
    void blockingAStockHostListsTheCertificateItWasGiven() throws Exception {
        FakeAgent other = FakeAgent.joined(api, "stock-neighbour");
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        String id =
                api.post("hosts", "{'name':'stock-blocked','kind':'nebula'}").at("id");
        String pem = parse(export(id, key)).path("pki").path("cert").asString();
        Certificate certificate = CertificatePem.parse(pem).getFirst();
        while (other.poll(0).isPresent()) {
            assertThat(other.bundle().trust().blocklist()).doesNotContain(certificate.fingerprint());
        }

        api.post("hosts/" + id + "/block", "");

        assertThat(other.poll(10).orElseThrow().trust().blocklist()).contains(certificate.fingerprint());
        assertThat(export(id, key).status()).isEqualTo(409);
    }

    @Test
    void onlyAPublicKeyOfTheNetworksCurveIsSigned() {
        String id = api.post("hosts", "{'name':'stock-wrong','kind':'nebula'}").at("id");

        assertThat(api.get("hosts/" + id + "/nebula-config?publicKey=AAAA").text())
                .contains("\"publicKey\"");
        HostKey p256 = HostKey.generate(Curve.P256, new SecureRandom());
        assertThat(export(id, p256).status()).isEqualTo(422);
        assertThat(api.get("hosts/" + id + "/nebula-config").status()).isBetween(400, 422);
    }

    private static JsonNode parse(Answer exported) {
        return new JsonMapper().valueToTree(new Yaml().load(exported.text()));
    }

    private Answer export(String id, HostKey key) {
        return api.get("hosts/" + id + "/nebula-config?publicKey="
                + URLEncoder.encode(key.publicKey().toPem(), StandardCharsets.UTF_8));
    }
}

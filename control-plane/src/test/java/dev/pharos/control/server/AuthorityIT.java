package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.EncryptedCaKey;
import dev.pharos.protocol.cert.HostKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AuthorityIT {
    private final Rest api = Server.shared().api();

    @Test
    void theSuccessorSignsAndEverybodyTrustsWhatTheOldOneHasSigned() throws Exception {
        String network = network("rotated", "10.62.0.0/24", "25519");
        FakeAgent agent = joined(network, "rotating");
        HostKey phoneKey = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        String phone = stock(network, "rotated-phone");
        export(phone, phoneKey);
        List<Certificate> before = agent.bundle().trust().authorities();
        assertThat(agent.poll(0)).isPresent();
        assertThat(api.get("hosts/" + phone).body().path("reimport").asBoolean())
                .isFalse();

        Answer rotated = api.post("certificate-authorities/rotate", "{'networkId':'" + network + "','reissue':'now'}");

        assertThat(rotated.at("fingerprint"))
                .isEqualTo(before.get(1).fingerprint().hex());
        Bundle after = agent.poll(10).orElseThrow();
        assertThat(after.trust().authorities()).hasSize(3).containsAll(before);
        Certificate certificate = after.own().certificates().v1().orElseThrow();
        assertThat(certificate.isSignedBy(before.get(1).publicKey())).isTrue();
        assertThat(after.trust().blocklist()).isEmpty();
        assertThat(joined(network, "newcomer")
                        .bundle()
                        .own()
                        .certificates()
                        .v2()
                        .orElseThrow()
                        .isSignedBy(before.get(1).publicKey()))
                .isTrue();
        assertThat(states(network)).containsExactlyInAnyOrder("retiring", "active", "successor");
        assertThat(api.get("hosts/" + phone).body().path("reimport").asBoolean())
                .isTrue();
        export(phone, phoneKey);
        assertThat(api.get("hosts/" + phone).body().path("reimport").asBoolean())
                .isFalse();
    }

    @Test
    void certificatesAreSignedAnewByRenewalUnlessAskedForNow() {
        String network = network("rotated-later", "10.63.0.0/24", "25519");
        FakeAgent agent = joined(network, "waiting");
        Certificate before = agent.bundle().own().certificates().v2().orElseThrow();

        api.post("certificate-authorities/rotate", "{'networkId':'" + network + "'}");

        assertThat(agent.poll(10).orElseThrow().own().certificates().v2()).contains(before);
        assertThat(api.post("certificate-authorities/rotate", "{'reissue':'later'}")
                        .body()
                        .path("errors")
                        .path(0)
                        .path("field")
                        .asString())
                .isEqualTo("reissue");
    }

    @Test
    void aKeyLeavesOnlyUnderAPassphraseAndIsRecorded() throws Exception {
        JsonNode authority =
                api.get("certificate-authorities").body().path("items").path(0);
        String path = "certificate-authorities/" + authority.path("id").asString() + "/export";

        Answer exported = api.post(path, "{'passphrase':'correct horse battery'}");

        Certificate certificate =
                CertificatePem.parse(exported.at("certificate")).getFirst();
        CaKey key = EncryptedCaKey.parsePem(exported.at("encryptedKey"))
                .decrypt("correct horse battery".getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        assertThat(key.publicKey()).isEqualTo(certificate.publicKey());
        assertThat(exported.header("Cache-Control")).contains("no-store");
        JsonNode event = api.get("audit-events?limit=1").body().path("items").path(0);
        assertThat(event.path("action").asString()).isEqualTo("certificate-authority.export");
        assertThat(event.toString()).doesNotContain("correct horse");
        assertThat(api.post(path, "{'passphrase':'short'}").text())
                .contains("\"passphrase\"")
                .doesNotContain("short");
    }

    @Test
    void aNetworkOnP256CertifiesAndBlocksBothFormsOfAFingerprint() throws Exception {
        String network = network("p256", "10.64.0.0/24", "P256");
        FakeAgent one = joined(network, "p-one");
        FakeAgent two = joined(network, "p-two");
        one.poll(0);
        Certificate certificate = two.bundle().own().certificates().v2().orElseThrow();
        assertThat(certificate.curve()).isEqualTo(Curve.P256);
        assertThat(certificate.isSignedBy(
                        two.bundle().trust().authorities().getFirst().publicKey()))
                .isTrue();
        HostKey phoneKey = HostKey.generate(Curve.P256, new SecureRandom());
        assertThat(export(stock(network, "p-phone"), phoneKey)).contains("BEGIN NEBULA CERTIFICATE");

        api.post("hosts/" + two.id() + "/block", "");

        assertThat(one.poll(10).orElseThrow().trust().blocklist())
                .hasSize(4)
                .contains(
                        certificate.fingerprint(),
                        certificate.alternateFingerprint().orElseThrow());
    }

    @Test
    void theCurveOfANetworkCanBeChangedUntilItHasAHost() {
        String network = network("undecided", "10.65.0.0/24", "25519");
        List<String> before = fingerprints(network);

        Answer changed = change(network, "{'curve':'P256'}");

        assertThat(changed.at("curve")).isEqualTo("P256");
        assertThat(fingerprints(network)).hasSize(2).doesNotContainAnyElementsOf(before);
        assertThat(joined(network, "decided")
                        .bundle()
                        .own()
                        .certificates()
                        .v1()
                        .orElseThrow()
                        .curve())
                .isEqualTo(Curve.P256);
        assertThat(change(network, "{'curve':'25519'}").status()).isEqualTo(422);
        assertThat(change(network, "{'curve':'P521'}").status()).isEqualTo(422);
    }

    private Answer change(String network, String body) {
        return api.patch(
                "networks/" + network,
                body,
                "If-Match",
                api.get("networks/" + network).header("ETag"));
    }

    private List<String> states(String network) {
        return api.get("certificate-authorities?networkId=" + network)
                .body()
                .path("items")
                .valueStream()
                .map(authority -> authority.path("state").asString())
                .toList();
    }

    private List<String> fingerprints(String network) {
        return api.get("certificate-authorities?networkId=" + network)
                .body()
                .path("items")
                .valueStream()
                .map(authority -> authority.path("fingerprint").asString())
                .toList();
    }

    private String network(String name, String range, String curve) {
        return api.post("networks", "{'name':'" + name + "','range':'" + range + "','curve':'" + curve + "'}")
                .at("id");
    }

    private String stock(String network, String name) {
        return api.post("hosts", "{'name':'" + name + "','kind':'nebula','networkId':'" + network + "'}")
                .at("id");
    }

    private String export(String id, HostKey key) {
        Answer answer = api.get("hosts/" + id + "/nebula-config?publicKey="
                + URLEncoder.encode(key.publicKey().toPem(), StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    private FakeAgent joined(String network, String name) {
        FakeAgent agent = FakeAgent.with(
                api.post("enrollment-tokens", "{'name':'" + name + "','networkId':'" + network + "'}")
                        .at("token"),
                name);
        agent.enrol();
        return agent;
    }
}

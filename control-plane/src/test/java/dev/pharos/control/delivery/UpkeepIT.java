package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.retention.Retention;
import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.MovableClock;
import dev.pharos.control.server.Rest;
import dev.pharos.control.server.Rest.Answer;
import dev.pharos.control.server.Server;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** What time alone makes due, with a clock that is handed in. */
class UpkeepIT {
    private static final MovableClock CLOCK = new MovableClock();
    private static final Path DIRECTORY = Server.temporaryDirectory();
    private static Server server;
    private static Rest api;
    private static Upkeep upkeep;

    @BeforeAll
    static void start() {
        server = Server.at(CLOCK, DIRECTORY);
        api = server.api();
        upkeep = server.bean(Upkeep.class);
    }

    @AfterAll
    static void stop() {
        server.close();
        FileSystemUtils.deleteRecursively(DIRECTORY.toFile());
    }

    @Test
    void aCertificateIsRenewedAThirdIntoItsLife() {
        FakeAgent agent = FakeAgent.joined(api, "renewed");
        Certificate first = v2(agent);

        CLOCK.forward(Duration.ofDays(9));
        upkeep.renewCertificates();
        agent.poll(0);
        assertThat(v2(agent)).isEqualTo(first);

        CLOCK.forward(Duration.ofDays(2));
        upkeep.renewCertificates();
        Bundle bundle = agent.poll(5).orElseThrow();
        assertThat(v2(agent).notAfter()).isAfter(first.notAfter().plus(Duration.ofDays(10)));
        assertThat(v2(agent).publicKey()).isEqualTo(first.publicKey());
        assertThat(bundle.trust().blocklist()).doesNotContain(first.fingerprint());
    }

    @Test
    void aHostWhoseCertificateRanOutWhileItWasOffRenewsWithItsIdentityKey() {
        FakeAgent agent = FakeAgent.joined(api, "long-away");
        Certificate first = v2(agent);

        for (int month = 0; month < 3; month++) {
            CLOCK.forward(Duration.ofDays(30));
            upkeep.renewCertificates();
        }

        assertThat(first.notAfter()).isBefore(CLOCK.instant());
        agent.poll(5);
        assertThat(v2(agent).notAfter()).isAfter(CLOCK.instant().plus(Duration.ofDays(19)));
        assertThat(v2(agent).publicKey()).isEqualTo(first.publicKey());
    }

    @Test
    void aBlockedHostsNameIsFreeWhenItsLastCertificateHasExpired() {
        FakeAgent agent = FakeAgent.joined(api, "deleted-later");
        api.delete("hosts/" + agent.id());
        CLOCK.forward(Duration.ofDays(29));
        upkeep.forgetDeletedHosts();
        assertThat(api.post("hosts", "{'name':'deleted-later','kind':'nebula'}").status())
                .isEqualTo(409);

        CLOCK.forward(Duration.ofDays(2));
        upkeep.forgetDeletedHosts();

        assertThat(api.post("hosts", "{'name':'deleted-later','kind':'nebula'}").status())
                .isEqualTo(201);
    }

    @Test
    void anAddressThatWasLeftIsNobodysWhileACertificateNamesIt() {
        String id = api.post("hosts", "{'name':'stock-mover','kind':'nebula','address':'10.42.0.231'}")
                .at("id");
        export(id);
        String first = certificate(id, "current");

        api.patch("hosts/" + id, "{'address':'10.42.0.232'}");
        assertThat(take("10.42.0.231").at("type")).endsWith("address-taken");
        assertThat(api.patch("hosts/" + id, "{'address':'10.42.0.231'}").status())
                .as("its own it may have back")
                .isEqualTo(200);
        api.patch("hosts/" + id, "{'address':'10.42.0.232'}");
        CLOCK.forward(Duration.ofSeconds(61));
        upkeep.revokeSuperseded();
        assertThat(certificate(id, "current"))
                .as("until it is given another one, a stock host has this one")
                .isEqualTo(first);

        export(id);
        assertThat(certificate(id, "superseded")).isEqualTo(first);
        CLOCK.forward(Duration.ofSeconds(61));
        upkeep.revokeSuperseded();

        assertThat(certificate(id, "refused")).isEqualTo(first);
        assertThat(take("10.42.0.231").status()).isEqualTo(201);
    }

    @Test
    void anEphemeralHostIsDeletedOnceItHasBeenAwayForAWhile() throws Exception {
        String token = api.post("enrollment-tokens", "{'name':'brief','ephemeral':true}")
                .at("token");
        FakeAgent brief = FakeAgent.with(token, "brief");
        brief.enrol();
        FakeAgent lasting = FakeAgent.joined(api, "lasting");

        CLOCK.forward(Duration.ofMinutes(10));
        brief.poll(0);
        server.bean(dev.pharos.control.telemetry.Sightings.class).write();
        CLOCK.forward(Duration.ofMinutes(10));
        upkeep.deleteEphemeralHosts();
        assertThat(api.get("hosts/" + brief.id()).status()).isEqualTo(200);

        CLOCK.forward(Duration.ofMinutes(10));
        upkeep.deleteEphemeralHosts();

        assertThat(api.get("hosts/" + brief.id()).status()).isEqualTo(404);
        assertThat(api.get("hosts/" + lasting.id()).status()).isEqualTo(200);
        lasting.poll(5);
        assertThat(lasting.bundle().trust().blocklist()).contains(v2(brief).fingerprint());
    }

    @Test
    void theNameAndAddressOfAnEphemeralHostAreFreeWhenItsCertificatesHaveExpired() {
        String token = api.post(
                        "enrollment-tokens",
                        "{'name':'job','ephemeral':true,'host':{'name':'job','address':'10.42.0.240'}}")
                .at("token");
        FakeAgent job = FakeAgent.with(token, null);
        job.enrol();

        CLOCK.forward(Duration.ofMinutes(20));
        upkeep.deleteEphemeralHosts();
        assertThat(api.get("hosts/" + job.id()).status()).isEqualTo(404);
        assertThat(take("10.42.0.240").status()).isEqualTo(409);

        CLOCK.forward(Duration.ofDays(31));
        upkeep.forgetDeletedHosts();
        assertThat(FakeAgent.with(
                                api.post(
                                                "enrollment-tokens",
                                                "{'name':'job','host':{'name':'job','address':'10.42.0.240'}}")
                                        .at("token"),
                                null)
                        .enrol()
                        .own()
                        .addresses())
                .hasToString("[10.42.0.240/24]");
    }

    @Test
    void anAuthorityGoesWhenTheLastCertificateItHasSignedDoes() {
        String network =
                api.post("networks", "{'name':'aging','range':'10.70.0.0/24'}").at("id");
        String token = api.post("enrollment-tokens", "{'name':'aging','networkId':'" + network + "'}")
                .at("token");
        FakeAgent agent = FakeAgent.with(token, "aging");
        agent.enrol();
        String old = signingAuthority(network);
        api.post("certificate-authorities/rotate", "{'networkId':'" + network + "'}");
        assertThat(agent.poll(5).orElseThrow().trust().authorities()).hasSize(3);

        CLOCK.forward(Duration.ofDays(11));
        upkeep.renewCertificates();
        agent.poll(5);
        upkeep.dropAuthorities();
        assertThat(api.get("certificate-authorities/" + old).at("state")).isEqualTo("retiring");
        assertThat(v2(agent).issuer())
                .contains(agent.bundle().trust().authorities().getFirst().fingerprint());

        CLOCK.forward(Duration.ofDays(20));
        upkeep.renewCertificates();
        upkeep.dropAuthorities();
        assertThat(api.get("certificate-authorities/" + old).at("state")).isEqualTo("dropped");
        agent.poll(5);
        assertThat(agent.bundle().trust().authorities()).hasSize(2);
        assertThat(api.post("certificate-authorities/" + old + "/export", "{'passphrase':'correct horse battery'}")
                        .status())
                .isEqualTo(409);
        assertThat(Instant.now()).isBefore(CLOCK.instant());
    }

    @Test
    void whatNobodyAsksForAgainIsDeletedAndTheRecordIsKept() {
        api.post("enrollment-tokens", "{'name':'kept'}", "Idempotency-Key", "kept");
        api.post("sign-in-links", "");
        long recorded = count("audit_event");
        server.bean(Retention.class).sweep();
        assertThat(count("creation")).isPositive();
        assertThat(count("sign_in_link")).isPositive();

        CLOCK.forward(Duration.ofDays(8));
        server.bean(Retention.class).sweep();

        assertThat(count("creation")).isZero();
        assertThat(count("sign_in_link")).isZero();
        assertThat(count("audit_event")).isGreaterThanOrEqualTo(recorded);
    }

    @Test
    void ofWhatBecameOfTunnelsAWeekIsKeptAndNoMoreThanFiveHundredOfAHost() {
        FakeAgent agent = FakeAgent.joined(api, "restless");
        FakeAgent peer = FakeAgent.joined(api, "met-often");
        JdbcClient jdbc = server.bean(JdbcClient.class);
        jdbc.sql("""
            insert into peer_event (host_id, peer_id, at, event, path)
            select ?, ?, ?, 'moved', 'direct' from generate_series(1, 700)\
            """)
                .params(agent.id(), peer.id(), Timestamp.from(CLOCK.instant()))
                .update();
        String newest =
                jdbc.sql("select max(id) from peer_event").query(String.class).single();

        server.bean(Retention.class).sweep();

        Answer kept = api.get("hosts/" + agent.id() + "/history?limit=500");
        assertThat(kept.body().path("items")).hasSize(500);
        assertThat(kept.body().path("items").path(0).path("id").asString()).isEqualTo(newest);
        assertThat(kept.at("nextCursor")).isEmpty();

        CLOCK.forward(Duration.ofDays(8));
        server.bean(Retention.class).sweep();
        assertThat(api.get("hosts/" + agent.id() + "/history").body().path("items"))
                .isEmpty();
    }

    private static Answer take(String address) {
        return api.post("hosts", "{'name':'taker','kind':'nebula','address':'" + address + "'}");
    }

    private static String certificate(String host, String state) {
        return api.get("certificates?hostId=" + host)
                .body()
                .path("items")
                .valueStream()
                .filter(certificate -> certificate.path("state").asString().equals(state))
                .map(certificate -> certificate.path("id").asString())
                .findFirst()
                .orElse("");
    }

    private static void export(String id) {
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        assertThat(api.get("hosts/" + id + "/nebula-config?publicKey="
                                + URLEncoder.encode(key.publicKey().toPem(), StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(200);
    }

    private static long count(String table) {
        return server.bean(JdbcClient.class)
                .sql("select count(*) from " + table)
                .query(Long.class)
                .single();
    }

    private static String signingAuthority(String network) {
        return api.get("certificate-authorities?networkId=" + network)
                .body()
                .path("items")
                .valueStream()
                .filter(authority -> authority.path("state").asString().equals("active"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
    }

    private static Certificate v2(FakeAgent agent) {
        return agent.bundle().own().certificates().v2().orElseThrow();
    }
}

package dev.pharos.control.pki;

import dev.pharos.control.api.Ids;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.NetworkCreated;
import dev.pharos.control.secret.Secrets;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The authorities of each network: one that signs, and its successor, made at once so that every bundle and every
 * exported configuration trusts it long before it signs anything. Version 1, as older nodes read nothing else; ten years;
 * no constraints.
 */
@Component
class Authorities {
    private static final Duration LIFETIME = Duration.ofDays(3653);
    /** Hosts' clocks may be behind ours. */
    private static final Duration SLACK = Duration.ofHours(1);

    /** An authority that signs. */
    record Signing(String id, CertificateSigner signer) {}

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Authorities(JdbcClient jdbc, Secrets secrets, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.clock = clock;
    }

    @EventListener
    void on(NetworkCreated created) {
        create(created.network(), "active", created.network().name());
        create(created.network(), "successor", created.network().name() + " (successor)");
    }

    Signing active(String networkId) {
        return jdbc.sql("select id, pem from authority where network_id = ? and state = 'active'")
                .param(networkId)
                .query((row, _) -> signing(row.getString(1), row.getString(2)))
                .single();
    }

    /** The certificates of all authorities of the network, the signing one first. */
    List<String> trusted(String networkId) {
        return jdbc.sql("select pem from authority where network_id = ? order by state, id")
                .param(networkId)
                .query((row, _) -> row.getString(1))
                .list();
    }

    private Signing signing(String id, String pem) {
        try {
            Certificate certificate = CertificatePem.parse(pem).getFirst();
            CaKey key = CaKey.of(certificate.curve(), secrets.get("authority:" + id));
            return new Signing(id, CertificateSigner.of(certificate, key));
        } catch (MalformedException e) {
            throw new IllegalStateException("authority " + id + " is damaged in the database", e);
        }
    }

    private void create(Network network, String state, String name) {
        Instant now = clock.instant();
        String id = Ids.next("ca", now);
        CaKey key = CaKey.generate(Curve.CURVE25519, random);
        Certificate certificate = CertificateSigner.selfSign(
                CaRequest.unconstrained(CertificateVersion.V1, name, now.minus(SLACK), now.plus(LIFETIME)), key);
        secrets.store("authority:" + id, key.secret());
        key.wipe();
        jdbc.sql("""
            insert into authority (id, network_id, name, fingerprint, pem, not_before, not_after, state)
            values (?, ?, ?, ?, ?, ?, ?, ?)\
            """)
                .params(
                        id,
                        network.id(),
                        name,
                        certificate.fingerprint().hex(),
                        CertificatePem.format(List.of(certificate)),
                        Timestamp.from(certificate.notBefore()),
                        Timestamp.from(certificate.notAfter()),
                        state)
                .update();
    }
}

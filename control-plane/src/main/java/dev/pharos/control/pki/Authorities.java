package dev.pharos.control.pki;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.network.CurveChanged;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.NetworkCreated;
import dev.pharos.control.pki.AuthorityRotated.Reissue;
import dev.pharos.control.secret.Secrets;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Argon2Cost;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.EncryptedCaKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
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
    /** RFC 9106, the second recommendation: 64 MiB, as Nebula's own 2 GiB would end a small server. */
    private static final Argon2Cost EXPORT_COST = new Argon2Cost(64 * 1024, 3, 4);
    /** Hosts' clocks may be behind ours. */
    private static final Duration SLACK = Duration.ofHours(1);

    /** An authority that signs. */
    record Signing(String id, CertificateSigner signer) {}

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Authorities(JdbcClient jdbc, Secrets secrets, ApplicationEventPublisher events, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.events = events;
        this.clock = clock;
    }

    @EventListener
    void on(NetworkCreated created) {
        create(created.network(), "active", created.network().name());
        create(created.network(), "successor", created.network().name() + " (successor)");
    }

    /** Nothing has been signed as yet by those that the network had. */
    @EventListener
    void on(CurveChanged changed) {
        jdbc.sql("delete from authority where network_id = ? returning id")
                .param(changed.network().id())
                .query(row -> {
                    secrets.delete("authority:" + row.getString(1));
                });
        on(new NetworkCreated(changed.network()));
    }

    Signing active(String networkId) {
        return jdbc.sql("select id, pem from authority where network_id = ? and state = 'active'")
                .param(networkId)
                .query((row, _) -> signing(row.getString(1), row.getString(2)))
                .single();
    }

    /** Makes the successor sign and makes its successor; the id of the one that signs now. */
    String rotate(Network network, Reissue reissue) {
        jdbc.sql("select id from network where id = ? for update")
                .param(network.id())
                .query()
                .singleRow();
        jdbc.sql("update authority set state = 'retiring', retired_at = ? where network_id = ? and state = 'active'")
                .params(Timestamp.from(clock.instant()), network.id())
                .update();
        String signing = jdbc.sql(
                        "update authority set state = 'active' where network_id = ? and state = 'successor' returning"
                                + " id")
                .param(network.id())
                .query(String.class)
                .single();
        int count = jdbc.sql("select count(*) from authority where network_id = ?")
                .param(network.id())
                .query(Integer.class)
                .single();
        create(network, "successor", network.name() + " (" + (count + 1) + ")");
        events.publishEvent(new AuthorityRotated(network.id(), reissue));
        return signing;
    }

    /** Its key as a passphrase-encrypted Nebula CA key, in PEM. */
    String export(String id, String passphrase) {
        Curve curve = certificateOf(id).curve();
        byte[] secret = secrets.find("authority:" + id)
                .orElseThrow(() ->
                        new Problem(HttpStatus.CONFLICT, "dropped", "the key of authority " + id + " has been wiped"));
        try {
            CaKey key = CaKey.of(curve, secret);
            String pem = EncryptedCaKey.encrypt(key, passphrase.getBytes(StandardCharsets.UTF_8), EXPORT_COST, random)
                    .toPem();
            key.wipe();
            return pem;
        } catch (MalformedException e) {
            throw new IllegalStateException("authority " + id + " is damaged in the database", e);
        }
    }

    /** No longer trusts authorities whose last certificate has expired; the ids of their networks. */
    List<String> drop() {
        List<String> networks = new ArrayList<>();
        jdbc.sql("""
            update authority a set state = 'dropped' where state = 'retiring' and not exists (
                select from certificate c where c.authority_id = a.id and c.not_after > ?)
            returning id, network_id\
            """).param(Timestamp.from(clock.instant())).query(row -> {
            secrets.delete("authority:" + row.getString(1));
            networks.add(row.getString(2));
        });
        return networks;
    }

    private Certificate certificateOf(String id) {
        return jdbc.sql("select pem from authority where id = ?")
                .param(id)
                .query((row, _) -> parsed(id, row.getString(1)))
                .single();
    }

    private static Certificate parsed(String id, String pem) {
        try {
            return CertificatePem.parse(pem).getFirst();
        } catch (MalformedException e) {
            throw new IllegalStateException("authority " + id + " is damaged in the database", e);
        }
    }

    /** The certificates of all authorities that the network trusts, the signing one first. */
    List<String> trusted(String networkId) {
        return jdbc.sql("select pem from authority where network_id = ? and state <> 'dropped' order by state, id")
                .param(networkId)
                .query((row, _) -> row.getString(1))
                .list();
    }

    private Signing signing(String id, String pem) {
        Certificate certificate = parsed(id, pem);
        try {
            CaKey key = CaKey.of(certificate.curve(), secrets.get("authority:" + id));
            return new Signing(id, CertificateSigner.of(certificate, key));
        } catch (MalformedException e) {
            throw new IllegalStateException("authority " + id + " is damaged in the database", e);
        }
    }

    private void create(Network network, String state, String name) {
        Instant now = clock.instant();
        String id = Ids.next("ca", now);
        CaKey key = CaKey.generate(network.curve(), random);
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

package dev.pharos.control.pki;

import dev.pharos.control.pki.Authorities.Signing;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.PublicKey;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Issues certificates for hosts and remembers every one, since to block a host is to list all that are unexpired. */
@Component
public class Issuer {
    private static final Duration AGENT = Duration.ofDays(30);
    private static final Duration EXPORT = Duration.ofDays(365);
    private static final Duration SLACK = Duration.ofHours(1);

    /**
     * Whom a certificate is for and what it says.
     *
     * @param subnets beyond the overlay, that the host is a router of
     */
    public record Subject(
            String networkId,
            String hostId,
            String name,
            VpnPrefix address,
            List<VpnPrefix> subnets,
            List<String> groups,
            PublicKey key) {
        public Subject {
            subnets = List.copyOf(subnets);
            groups = List.copyOf(groups);
        }
    }

    private final Authorities authorities;
    private final JdbcClient jdbc;
    private final Clock clock;

    Issuer(Authorities authorities, JdbcClient jdbc, Clock clock) {
        this.authorities = authorities;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Version 1 and 2 on one key, for thirty days; they take the place of the host's earlier ones.
     *
     * @param earlier what becomes of the ones before
     */
    public void issueForAgent(Subject subject, Earlier earlier) {
        supersede(subject.hostId(), earlier);
        Signing authority = authorities.active(subject.networkId());
        for (CertificateVersion version : CertificateVersion.values()) {
            record(subject, authority.id(), sign(authority, subject, version, AGENT));
        }
    }

    /** A certificate of version 1 for one year, which every stock host reads, and the authorities it will trust. */
    public Exported issueForExport(Subject subject) {
        supersede(subject.hostId(), Earlier.STILL_TRUE);
        Signing authority = authorities.active(subject.networkId());
        Certificate certificate = sign(authority, subject, CertificateVersion.V1, EXPORT);
        record(subject, authority.id(), certificate);
        return new Exported(CertificatePem.format(List.of(certificate)), authorities.trusted(subject.networkId()));
    }

    /** No longer trusts authorities whose last certificate has expired; the ids of their networks. */
    public List<String> dropAuthorities() {
        return authorities.drop();
    }

    /** PEM texts. */
    public record Exported(String certificate, List<String> authorities) {}

    /** What becomes of a host's earlier certificates, which go on being valid until they expire. */
    public enum Earlier {
        STILL_TRUE,
        /** They name a group or a subnet that the host has lost: listed as soon as the host enforces the new ones. */
        SAYS_TOO_MUCH
    }

    private Certificate sign(Signing authority, Subject subject, CertificateVersion version, Duration lifetime) {
        Instant now = clock.instant();
        Instant end = authority.signer().authority().notAfter();
        Instant notAfter = now.plus(lifetime).isBefore(end) ? now.plus(lifetime) : end;
        return authority
                .signer()
                .sign(new CertificateRequest(
                        version,
                        subject.name(),
                        List.of(subject.address()),
                        subject.subnets(),
                        subject.groups(),
                        now.minus(SLACK),
                        notAfter,
                        subject.key()));
    }

    private void supersede(String hostId, Earlier earlier) {
        jdbc.sql("""
            update certificate set current = false, superseded_at = ?, revoke = revoke or ?
            where host_id = ? and current\
            """)
                .params(Timestamp.from(clock.instant()), earlier == Earlier.SAYS_TOO_MUCH, hostId)
                .update();
    }

    /** The same request within a second makes the same certificate, to the byte; it is the current one again. */
    private void record(Subject subject, String authorityId, Certificate certificate) {
        jdbc.sql("""
            insert into certificate
            (fingerprint, network_id, host_id, authority_id, version, pem, public_key, not_before, not_after)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (fingerprint) do update
            set current = true, superseded_at = null, revoke = false, revoked_at = null\
            """)
                .params(
                        certificate.fingerprint().hex(),
                        subject.networkId(),
                        subject.hostId(),
                        authorityId,
                        certificate.version() == CertificateVersion.V1 ? 1 : 2,
                        CertificatePem.format(List.of(certificate)),
                        certificate.publicKey().toBytes(),
                        Timestamp.from(certificate.notBefore()),
                        Timestamp.from(certificate.notAfter()))
                .update();
    }
}

package dev.pharos.control.pki;

import dev.pharos.control.pki.Authorities.Signing;
import dev.pharos.protocol.MalformedException;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
     * @param addresses IPv4 first; certificates of version 1 leave out those of IPv6
     * @param subnets beyond the overlay, that the host is a router of; version 1 leaves out those of IPv6
     */
    public record Subject(
            String networkId,
            String hostId,
            String name,
            List<VpnPrefix> addresses,
            List<VpnPrefix> subnets,
            List<String> groups,
            PublicKey key) {
        public Subject {
            addresses = List.copyOf(addresses);
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
     * Of every version from the oldest of the network on, on one key, for thirty days; they take the place of the host's
     * earlier ones.
     */
    public void issueForAgent(Subject subject, CertificateVersion oldest) {
        supersede(subject);
        Signing authority = authorities.active(subject.networkId());
        for (CertificateVersion version : CertificateVersion.values()) {
            if (version.compareTo(oldest) >= 0) {
                record(subject, authority.id(), sign(authority, subject, version, AGENT));
            }
        }
    }

    /** A certificate for one year, and the authorities that its host will trust. */
    public Exported issueForExport(Subject subject, CertificateVersion version) {
        supersede(subject);
        Signing authority = authorities.active(subject.networkId());
        Certificate certificate = sign(authority, subject, version, EXPORT);
        record(subject, authority.id(), certificate);
        return new Exported(CertificatePem.format(List.of(certificate)), authorities.trusted(subject.networkId()));
    }

    /** No longer trusts authorities whose last certificate has expired; the ids of their networks. */
    public List<String> dropAuthorities() {
        return authorities.drop();
    }

    /** PEM texts. */
    public record Exported(String certificate, List<String> authorities) {}

    private Certificate sign(Signing authority, Subject subject, CertificateVersion version, Duration lifetime) {
        Instant now = clock.instant();
        Instant end = authority.signer().authority().notAfter();
        Instant notAfter = now.plus(lifetime).isBefore(end) ? now.plus(lifetime) : end;
        return authority
                .signer()
                .sign(new CertificateRequest(
                        version,
                        subject.name(),
                        readBy(version, subject.addresses()),
                        readBy(version, subject.subnets()),
                        subject.groups(),
                        now.minus(SLACK),
                        notAfter,
                        subject.key()));
    }

    /**
     * The host's earlier certificates go on being valid until they expire, as long as what they say is true: one that names
     * another host, an address, a subnet or a group that the host has lost is listed as soon as the host enforces the new ones.
     */
    private void supersede(Subject subject) {
        Timestamp now = Timestamp.from(clock.instant());
        Map<String, Certificate> earlier = new HashMap<>();
        jdbc.sql("select fingerprint, pem from certificate where host_id = ? and current")
                .param(subject.hostId())
                .query(row -> {
                    earlier.put(row.getString(1), parsed(row.getString(2)));
                });
        earlier.forEach((fingerprint, certificate) -> jdbc.sql(
                        "update certificate set current = false, superseded_at = ?, revoke = ? where fingerprint = ?")
                .params(now, !isTrue(certificate, subject), fingerprint)
                .update());
    }

    private static List<VpnPrefix> readBy(CertificateVersion version, List<VpnPrefix> prefixes) {
        return prefixes.stream()
                .filter(each ->
                        version == CertificateVersion.V2 || each.address().isV4())
                .toList();
    }

    private static boolean isTrue(Certificate certificate, Subject subject) {
        return certificate.name().equals(subject.name())
                && subject.addresses().containsAll(certificate.networks())
                && subject.subnets().containsAll(certificate.unsafeNetworks())
                && subject.groups().containsAll(certificate.groups());
    }

    private static Certificate parsed(String pem) {
        try {
            return CertificatePem.parse(pem).getFirst();
        } catch (MalformedException e) {
            throw new IllegalStateException("the database holds a certificate that was never issued", e);
        }
    }

    /** The same request within a second makes the same certificate, to the byte; it is the current one again. */
    private void record(Subject subject, String authorityId, Certificate certificate) {
        jdbc.sql("""
            insert into certificate
            (fingerprint, network_id, host_id, authority_id, version, pem, public_key, not_before, not_after,
             addresses)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (fingerprint) do update
            set current = true, superseded_at = null, revoke = false, revoked_at = null\
            """)
                .params(List.of(
                        certificate.fingerprint().hex(),
                        subject.networkId(),
                        subject.hostId(),
                        authorityId,
                        certificate.version() == CertificateVersion.V1 ? 1 : 2,
                        CertificatePem.format(List.of(certificate)),
                        certificate.publicKey().toBytes(),
                        Timestamp.from(certificate.notBefore()),
                        Timestamp.from(certificate.notAfter()),
                        certificate.networks().stream()
                                .map(network -> network.address().toString())
                                .toArray(String[]::new)))
                .update();
    }
}

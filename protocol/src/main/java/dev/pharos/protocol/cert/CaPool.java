package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Verdict.Reason;
import dev.pharos.protocol.cert.Verdict.Rejected;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The authorities a node trusts, and the judgement of host certificates by them, in Nebula's order (facts,
 * nebula-protocol 14). There is no chain: an authority signs hosts and nothing else. Immutable.
 */
public final class CaPool {
    private final Map<Fingerprint, Certificate> authorities;

    private CaPool(Map<Fingerprint, Certificate> authorities) {
        this.authorities = authorities;
    }

    /**
     * A pool of these authorities. Expired ones are kept, as their number is an error only when no other is left:
     * {@link #anyValidAt}.
     *
     * @throws MalformedException when one is not an authority or not signed by itself
     */
    public static CaPool of(Collection<Certificate> certificates) throws MalformedException {
        Map<Fingerprint, Certificate> authorities = new LinkedHashMap<>();
        for (Certificate certificate : certificates) {
            if (!certificate.isCa()) {
                throw new MalformedException("CA pool: " + certificate.name() + " is a host's certificate");
            }
            if (!certificate.isSignedBy(certificate.publicKey())) {
                throw new MalformedException("CA pool: " + certificate.name() + " is not signed by itself");
            }
            authorities.put(certificate.fingerprint(), certificate);
        }
        return new CaPool(authorities);
    }

    /** {@link #of} what the PEM text holds, as in {@code pki.ca}. */
    public static CaPool parsePem(String pem) throws MalformedException {
        return of(CertificatePem.parse(pem));
    }

    public List<Certificate> authorities() {
        return List.copyOf(authorities.values());
    }

    /** Whether any authority is good for anything at that time; a node with none does not start. */
    public boolean anyValidAt(Instant now) {
        return authorities.values().stream().anyMatch(authority -> authority.isValidAt(now));
    }

    /** Judges a certificate, signature and constraints included. */
    public Verdict verify(Certificate certificate, Instant now, Blocklist blocklist) {
        return switch (judge(certificate, now, blocklist)) {
            case Rejected rejected -> rejected;
            case Trusted trusted -> checkSigned(trusted);
        };
    }

    /**
     * Judges a certificate again without the signature and the constraints, which cannot change while the authority is
     * the same: cheap enough to ask for every tunnel after each change of time, blocklist or pool. On any pool.
     */
    public Verdict recheck(Trusted earlier, Instant now, Blocklist blocklist) {
        return judge(earlier.certificate(), now, blocklist);
    }

    /** Everything that can change after the signature was checked. The issuer's fingerprint pins the authority's key. */
    private Verdict judge(Certificate certificate, Instant now, Blocklist blocklist) {
        if (blocklist.contains(certificate)) {
            return new Rejected(Reason.BLOCKED, certificate + " is on the blocklist");
        }
        if (certificate.issuer().isEmpty()) {
            return new Rejected(Reason.NO_ISSUER, certificate + " names no authority");
        }
        Certificate authority = authorities.get(certificate.issuer().get());
        if (authority == null) {
            return new Rejected(
                    Reason.UNKNOWN_AUTHORITY,
                    certificate + " is signed by an authority that is not trusted here: "
                            + certificate.issuer().get());
        }
        if (authority.curve() != certificate.curve()) {
            return new Rejected(Reason.CURVE_MISMATCH, certificate + " is of another curve than its authority");
        }
        if (!authority.isValidAt(now)) {
            return new Rejected(
                    Reason.AUTHORITY_NOT_VALID_NOW,
                    "authority " + authority.name() + validity(authority) + ", now it is " + now);
        }
        if (!certificate.isValidAt(now)) {
            return new Rejected(Reason.NOT_VALID_NOW, certificate + validity(certificate) + ", now it is " + now);
        }
        return new Trusted(certificate, authority);
    }

    private static Verdict checkSigned(Trusted candidate) {
        Certificate certificate = candidate.certificate();
        Certificate authority = candidate.authority();
        if (!certificate.isSignedBy(authority.publicKey())) {
            return new Rejected(Reason.BAD_SIGNATURE, certificate + " is not signed by " + authority.name());
        }
        Optional<String> violation = CaConstraints.violation(authority.details(), certificate.details());
        if (violation.isPresent()) {
            return new Rejected(Reason.OUTSIDE_CONSTRAINTS, certificate + ": " + violation.get());
        }
        return candidate;
    }

    private static String validity(Certificate certificate) {
        return " is valid from " + certificate.notBefore() + " to " + certificate.notAfter();
    }
}

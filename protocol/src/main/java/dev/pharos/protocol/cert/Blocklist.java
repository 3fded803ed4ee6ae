package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import java.util.Collection;
import java.util.Set;

/** Host certificates that are refused although nothing else is wrong with them. An authority's fingerprint has no effect. */
public record Blocklist(Set<Fingerprint> fingerprints) {
    public static final Blocklist EMPTY = new Blocklist(Set.of());

    public Blocklist {
        fingerprints = Set.copyOf(fingerprints);
    }

    public static Blocklist of(Collection<Fingerprint> fingerprints) {
        return new Blocklist(Set.copyOf(fingerprints));
    }

    /** Whether it lists the certificate by either of its fingerprints. */
    public boolean contains(Certificate certificate) {
        if (fingerprints.isEmpty()) {
            return false;
        }
        return fingerprints.contains(certificate.fingerprint())
                || certificate
                        .alternateFingerprint()
                        .filter(fingerprints::contains)
                        .isPresent();
    }
}

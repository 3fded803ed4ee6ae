package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;

/** What a {@link CaPool} says about a certificate. */
public sealed interface Verdict {

    /**
     * Signed by an authority of the pool and within its bounds. Only a pool makes one, so holding it proves that the
     * signature was checked; {@link CaPool#recheck} asks for the rest again.
     */
    final class Trusted implements Verdict {
        private final Certificate certificate;
        private final Certificate authority;

        Trusted(Certificate certificate, Certificate authority) {
            this.certificate = certificate;
            this.authority = authority;
        }

        public Certificate certificate() {
            return certificate;
        }

        public Certificate authority() {
            return authority;
        }

        /** {@code ca_name} of firewall rules. */
        public String authorityName() {
            return authority.name();
        }

        /** {@code ca_sha} of firewall rules. */
        public Fingerprint authorityFingerprint() {
            return authority.fingerprint();
        }

        @Override
        public String toString() {
            return certificate + ", signed by " + authority.name();
        }
    }

    /**
     * The certificate is not to be trusted.
     *
     * @param message the whole story, for a log line
     */
    record Rejected(Reason reason, String message) implements Verdict {}

    /** In the order in which they are looked for. */
    enum Reason {
        BLOCKED,
        NO_ISSUER,
        UNKNOWN_AUTHORITY,
        CURVE_MISMATCH,
        AUTHORITY_NOT_VALID_NOW,
        NOT_VALID_NOW,
        BAD_SIGNATURE,
        OUTSIDE_CONSTRAINTS
    }
}

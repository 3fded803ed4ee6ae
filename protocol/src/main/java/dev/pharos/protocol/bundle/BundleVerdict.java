package dev.pharos.protocol.bundle;

import java.util.Set;

/** What a {@link BundleVerifier} says about an envelope. */
public sealed interface BundleVerdict {

    /**
     * The manifest may be enforced once its parts are there.
     *
     * @param revision the revision and the digest of this very manifest
     * @param pins of the keys that may sign the next bundle: the one that signed this, and its successor if it names one
     */
    record Accepted(Manifest manifest, RevisionId revision, Set<Pin> pins) implements BundleVerdict {
        public Accepted {
            pins = Set.copyOf(pins);
        }
    }

    /** The host keeps what it has and reports the message. */
    record Refused(Reason reason, String message) implements BundleVerdict {}

    /** In the order in which they are looked for. */
    enum Reason {
        UNKNOWN_KEY,
        BAD_SIGNATURE,
        MALFORMED,
        UNKNOWN_SCHEMA,
        OTHER_NETWORK,
        OTHER_HOST,
        OLDER,
        FORKED,
        UNKNOWN_CRITICAL
    }
}

package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.BundleVerdict.Accepted;
import dev.pharos.protocol.bundle.BundleVerdict.Reason;
import dev.pharos.protocol.bundle.BundleVerdict.Refused;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a host may enforce a bundle (docs/control-protocol.md, Bundle). The signature comes first: nothing of a
 * manifest is read that no pinned key signed.
 *
 * @param host empty only while enrolling, when the host learns who it is
 * @param pins of the keys that may sign
 * @param enforced what the host has; empty when it has nothing
 * @param understood the critical fields that this agent knows
 */
public record BundleVerifier(
        String network, Optional<String> host, Set<Pin> pins, Optional<RevisionId> enforced, Set<String> understood) {
    public BundleVerifier {
        pins = Set.copyOf(pins);
        understood = Set.copyOf(understood);
    }

    /** For the first bundle, by what the token says. */
    public static BundleVerifier enrolling(EnrollmentToken token, Set<String> understood) {
        return new BundleVerifier(
                token.network(), Optional.empty(), Set.of(token.bundleKey()), Optional.empty(), understood);
    }

    /** For the bundle after this one. */
    public BundleVerifier after(Accepted accepted) {
        return new BundleVerifier(
                network,
                Optional.of(accepted.manifest().host()),
                accepted.pins(),
                Optional.of(accepted.revision()),
                understood);
    }

    /** Judges an envelope. The bundle that is enforced already is accepted again. */
    public BundleVerdict verify(Envelope envelope) {
        if (!pins.contains(envelope.key().pin())) {
            return new Refused(Reason.UNKNOWN_KEY, "the bundle is signed by a key that is not pinned");
        }
        byte[] bytes = envelope.manifest().toBytes();
        if (!envelope.key().verifies(BundleSigner.signed(bytes), envelope.signature())) {
            return new Refused(Reason.BAD_SIGNATURE, "the bundle's signature is wrong");
        }
        try {
            return judge(Manifest.parse(bytes), envelope);
        } catch (MalformedException e) {
            return new Refused(Reason.MALFORMED, e.getMessage());
        }
    }

    private BundleVerdict judge(Manifest manifest, Envelope envelope) {
        if (manifest.schema() != Manifest.SCHEMA) {
            return new Refused(Reason.UNKNOWN_SCHEMA, "the bundle's schema is " + manifest.schema() + ": update");
        }
        if (!manifest.network().equals(network)) {
            return new Refused(Reason.OTHER_NETWORK, "the bundle is for network " + manifest.network());
        }
        if (host.isPresent() && !manifest.host().equals(host.get())) {
            return new Refused(Reason.OTHER_HOST, "the bundle is for host " + manifest.host());
        }
        RevisionId revision = new RevisionId(manifest.revision(), envelope.digest());
        if (enforced.isPresent() && !revision.equals(enforced.get())) {
            int order = revision.revision().compareTo(enforced.get().revision());
            if (order < 0) {
                return new Refused(
                        Reason.OLDER,
                        "the bundle is older than " + enforced.get().revision());
            }
            if (order == 0) {
                return new Refused(Reason.FORKED, "there is another bundle of " + revision.revision());
            }
        }
        List<String> unknown = manifest.critical().stream()
                .filter(field -> !understood.contains(field))
                .toList();
        if (!unknown.isEmpty()) {
            return new Refused(Reason.UNKNOWN_CRITICAL, "this agent does not know " + unknown + ": update it");
        }
        Set<Pin> next = new HashSet<>();
        next.add(envelope.key().pin());
        manifest.successorKey().ifPresent(key -> next.add(key.pin()));
        return new Accepted(manifest, revision, next);
    }
}

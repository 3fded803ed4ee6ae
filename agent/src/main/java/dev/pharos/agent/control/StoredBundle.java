package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.BundleVerdict;
import dev.pharos.protocol.bundle.BundleVerifier;
import dev.pharos.protocol.bundle.CriticalFields;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The bundle that this host enforces, on disk before it takes effect, and the judgement of the next one.
 *
 * @param verifier for the bundle after this one
 */
record StoredBundle(EnrollmentAnswer answer, BundleVerdict.Accepted accepted, Bundle bundle, BundleVerifier verifier) {
    /**
     * Reads the bundle of an enrolled host.
     *
     * @throws AgentException when it is missing, or is not what the control plane signed
     */
    static StoredBundle load(StateDirectory state, HostIdentity identity) throws AgentException {
        EnrollmentAnswer answer = state.bundle();
        BundleVerifier verifier = new BundleVerifier(
                identity.network(),
                identity.host(),
                Set.copyOf(identity.bundleKeys()),
                Optional.empty(),
                CriticalFields.KNOWN);
        return switch (verifier.verify(answer.envelope())) {
            case BundleVerdict.Refused refused -> throw state.damaged("bundle", refused.message());
            case BundleVerdict.Accepted accepted -> {
                try {
                    yield of(answer, accepted, verifier);
                } catch (MalformedException e) {
                    throw state.damaged("bundle", String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private static StoredBundle of(EnrollmentAnswer answer, BundleVerdict.Accepted accepted, BundleVerifier verifier)
            throws MalformedException {
        Bundle bundle = Bundle.assemble(accepted, Bundle.PartSource.of(answer.parts()));
        return new StoredBundle(answer, accepted, bundle, verifier.after(accepted));
    }

    /**
     * Puts an accepted successor on the disk. Whose word is taken next is written before the bundle that needs it, and
     * whose no longer after it.
     *
     * @throws MalformedException when a part is not what the manifest says
     */
    static StoredBundle store(
            StateDirectory state,
            HostIdentity identity,
            StoredBundle current,
            EnrollmentAnswer answer,
            BundleVerdict.Accepted accepted)
            throws AgentException, MalformedException {
        StoredBundle next = of(answer, accepted, current.verifier());
        if (!Set.copyOf(identity.bundleKeys()).containsAll(accepted.pins())) {
            state.writeIdentity(identity.accepting(
                    java.util.stream.Stream.concat(identity.bundleKeys().stream(), accepted.pins().stream())
                            .distinct()
                            .toList()));
        }
        state.writeBundle(answer);
        if (!Set.copyOf(identity.bundleKeys()).equals(accepted.pins())) {
            state.writeIdentity(identity.accepting(List.copyOf(accepted.pins())));
        }
        return next;
    }
}

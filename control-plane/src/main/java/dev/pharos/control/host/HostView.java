package dev.pharos.control.host;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A host as the API shows it: what was decided about it, and how it does.
 *
 * @param kind {@code agent} or {@code nebula}
 * @param state {@code online}, {@code offline} or {@code unseen}, of a stock host what the others see of it; {@code pending}
 *     while it waits to be approved
 * @param revision null for a stock host, which enforces what its exported configuration said
 * @param seenByPeers what other hosts say of it, whether the control plane sees it or not; null when none ever has
 * @param endpointChecks whether it answers at its endpoints, as far as other hosts have tried
 * @param reimport whether a stock host's configuration has to be exported anew for it to learn what has changed
 * @param unmet what is asked of its machine and does not work there, in words, as it last reported
 * @param peers how it reaches the others, as it last reported; the first two hundred, of which {@code /hosts/{id}/peers} has the rest
 * @param peerCount how many it has; a report has room for some thousands
 */
@Schema(name = "Host")
record HostView(
        String id,
        String name,
        String networkId,
        List<String> addresses,
        List<String> groups,
        @Schema(allowableValues = {"agent", "nebula"}) String kind,
        boolean lighthouse,
        boolean relay,
        List<String> endpoints,
        boolean blocked,

        @Schema(allowableValues = {"online", "offline", "unseen", "pending"})
        String state,

        @Nullable SeenByPeers seenByPeers,
        List<EndpointCheck> endpointChecks,
        @Nullable HostRevision revision,
        @Nullable Instant certificateExpiresAt,
        boolean reimport,
        @Nullable Instant lastSeenAt,
        @Nullable String agentVersion,
        @Nullable Refused refused,
        List<String> unmet,
        List<PeerView> peers,
        int peerCount,
        Instant createdAt) {

    /** The same with other peers, or with names for them. */
    HostView withPeers(List<PeerView> others) {
        return new HostView(
                id,
                name,
                networkId,
                addresses,
                groups,
                kind,
                lighthouse,
                relay,
                endpoints,
                blocked,
                state,
                seenByPeers,
                endpointChecks,
                revision,
                certificateExpiresAt,
                reimport,
                lastSeenAt,
                agentVersion,
                refused,
                unmet,
                others,
                peerCount,
                createdAt);
    }

    /**
     * @param at when one of them last heard it
     * @param hosts how many have heard it within three minutes; 500 stands for more
     */
    record SeenByPeers(Instant at, long hosts) {}

    /**
     * @param reachable {@code yes} when other hosts are answered there also from a port that it has never called, {@code no}
     *     when it is a lighthouse, which every host calls, and some that are online hear it nowhere, {@code unknown} when
     *     nobody can tell
     * @param seenBy how many are answered there; 500 stands for more
     * @param at when one of them last did, or of {@code no} when one last said that it does not
     */
    record EndpointCheck(
            String endpoint,

            @Schema(allowableValues = {"yes", "no", "unknown"})
            String reachable,

            long seenBy,
            @Nullable Instant at) {}

    /**
     * The numbers of the revision at which its own bundle last changed, and of the one it enforces.
     *
     * @param enforcedAt when it first said so
     */
    record HostRevision(
            long wanted, long enforced, @Nullable Instant enforcedAt) {}

    /** A bundle that its agent would not enforce, and why. */
    record Refused(long number, String reason) {}

    /** A tunnel as the host's agent reported it; {@code name} is that of the host with the address. */
    @Schema(name = "Peer")
    record PeerView(
            @Nullable String name,
            String address,
            String path,
            @Nullable String endpoint,
            @Nullable Double rttMs,
            @Nullable Instant lastHandshake,
            @Nullable Instant lastHeard,
            long bytesIn,
            long bytesOut) {
        private static final String RELAY = "relay:";

        /** Whom it speaks of, by address: the peer, and the relay if there is one. */
        Stream<String> addresses() {
            return path.startsWith(RELAY) ? Stream.of(address, path.substring(RELAY.length())) : Stream.of(address);
        }

        /** {@code relay:10.42.0.2} as {@code relay:anchor}, and the peer likewise. */
        PeerView named(Map<String, String> names) {
            String relay = path.startsWith(RELAY) ? path.substring(RELAY.length()) : "";
            return new PeerView(
                    names.get(address),
                    address,
                    relay.isEmpty() ? path : RELAY + names.getOrDefault(relay, relay),
                    endpoint,
                    rttMs,
                    lastHandshake,
                    lastHeard,
                    bytesIn,
                    bytesOut);
        }
    }
}

package dev.pharos.protocol.bundle;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /agent/v1/report}: how a host is doing.
 *
 * @param at when, by the host's own clock, which need not be right; absent from older agents
 * @param refused the newest bundle that it would not enforce, if any
 * @param omitted how many more peers it has than are told; all of them were heard no later than those that are
 * @param unmet what the bundle that it enforces asks of its machine and does not work there, in words
 */
public record HostReport(
        String version,
        String platform,
        Instant startedAt,
        Optional<Instant> at,
        Optional<RefusedBundle> refused,
        List<Peer> peers,
        Optional<Integer> omitted,
        List<String> unmet) {
    /** A peer that has been shaken hands with and not heard yet is the latest of all. */
    private static final Comparator<Peer> LATEST_FIRST = Comparator.comparing(
                    (Peer peer) -> peer.lastHeard().orElse(Instant.MAX))
            .reversed();

    public HostReport {
        peers = List.copyOf(peers);
        unmet = List.copyOf(unmet);
    }

    /** A report of all peers, in at most {@code maxBytes} of JSON: where they are too many, of those heard last. */
    public HostReport within(int maxBytes) {
        HostReport fitting = this;
        int bytes = ControlJson.write(this).length;
        while (bytes > maxBytes && !fitting.peers.isEmpty()) {
            long share = (long) fitting.peers.size() * maxBytes / bytes;
            fitting = ofLatest((int) Math.min(share, fitting.peers.size() - 1));
            bytes = ControlJson.write(fitting).length;
        }
        return fitting;
    }

    private HostReport ofLatest(int count) {
        return new HostReport(
                version,
                platform,
                startedAt,
                at,
                refused,
                peers.stream().sorted(LATEST_FIRST).limit(count).toList(),
                Optional.of(peers.size() - count),
                unmet);
    }

    /** A bundle that was refused, and why in words. */
    public record RefusedBundle(Revision revision, String reason) {}

    /**
     * A tunnel.
     *
     * @param endpoint where its packets go at the moment; of a relayed one, the relay's
     * @param reachedBy of the endpoints that the host was told of, those that stand for {@code endpoint}
     * @param answers of the endpoints that the host was told of, those that answer whom the peer has never called
     * @param rttMs round-trip time, milliseconds
     */
    public record Peer(
            VpnAddress address,
            PeerPath path,
            Optional<UnderlayEndpoint> endpoint,
            List<HostPort> reachedBy,
            List<HostPort> answers,
            Optional<Double> rttMs,
            Optional<Instant> lastHandshake,
            Optional<Instant> lastHeard,
            long bytesIn,
            long bytesOut) {
        public Peer {
            reachedBy = List.copyOf(reachedBy);
            answers = List.copyOf(answers);
        }
    }
}

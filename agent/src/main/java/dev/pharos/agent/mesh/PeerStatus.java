package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A peer with a tunnel, as {@code status} shows it.
 *
 * @param relay the relay that carries the traffic, empty when the path is direct
 * @param endpoint where datagrams go now: the peer, or the relay
 * @param roundTripNanos of the current path, once measured
 * @param alternatives other paths that have answered, the usable ones first
 */
public record PeerStatus(
        String name,
        List<VpnAddress> addresses,
        Optional<VpnAddress> relay,
        Optional<String> relayName,
        Optional<UnderlayEndpoint> endpoint,
        OptionalLong roundTripNanos,
        Instant lastHandshake,
        Instant lastHeard,
        long bytesIn,
        long bytesOut,
        List<String> alternatives) {}

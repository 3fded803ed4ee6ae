package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.List;

/**
 * What a host remembers of its peers across a restart, so that it finds them again with every lighthouse dead. Hints
 * only: whoever answers there still has to prove who it is.
 */
public record PeerMemory(List<Remembered> peers) {
    /** No more are kept; those with a tunnel first, then those heard most lately. */
    public static final int MAX_PEERS = 1024;

    public static final PeerMemory EMPTY = new PeerMemory(List.of());

    public PeerMemory {
        peers = List.copyOf(peers);
    }

    /**
     * One peer.
     *
     * @param endpoints where it was heard, latest first
     * @param relays by which it could be reached
     */
    public record Remembered(VpnAddress address, List<UnderlayEndpoint> endpoints, List<VpnAddress> relays) {
        public Remembered {
            endpoints = List.copyOf(endpoints);
            relays = List.copyOf(relays);
        }
    }
}

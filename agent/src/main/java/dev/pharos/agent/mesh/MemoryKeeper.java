package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.PeerMemory.Remembered;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Between the live peers and {@link PeerMemory}. */
final class MemoryKeeper {
    private static final int MAX_ENDPOINTS = 10;

    private final PeerTable peers;

    MemoryKeeper(PeerTable peers) {
        this.peers = peers;
    }

    PeerMemory memory() {
        List<Peer> known = new ArrayList<>(peers.all());
        known.removeIf(peer -> peer.remotes.isEmpty() && peer.relays().isEmpty());
        known.sort(Comparator.comparing((Peer peer) -> peer.primary() == null));
        return new PeerMemory(known.stream()
                .limit(PeerMemory.MAX_PEERS)
                .map(MemoryKeeper::remembered)
                .toList());
    }

    private static Remembered remembered(Peer peer) {
        Set<UnderlayEndpoint> endpoints = new LinkedHashSet<>(peer.remotes.heardFrom());
        endpoints.addAll(peer.remotes.all());
        return new Remembered(
                peer.address(), endpoints.stream().limit(MAX_ENDPOINTS).toList(), List.copyOf(peer.relays()));
    }

    /** The peers that were remembered, in the memory's order. */
    List<Peer> recall(PeerMemory memory) {
        List<Peer> recalled = new ArrayList<>();
        memory.peers().stream().limit(PeerMemory.MAX_PEERS).forEach(remembered -> {
            Peer peer = peers.of(remembered.address());
            peer.remotes.set(Remotes.Source.REMEMBERED, remembered.endpoints());
            peer.setRelays(RelayHints.MEMORY, remembered.relays());
            recalled.add(peer);
        });
        return recalled;
    }
}

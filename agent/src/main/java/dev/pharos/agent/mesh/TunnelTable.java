package dev.pharos.agent.mesh;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What local indexes stand for: tunnels, pending handshakes and, numbered apart, relays. Also which tunnel a first
 * message built, so that its repetition is answered without any cryptography.
 */
final class TunnelTable {

    /** The initiator's ephemeral public key, or its first 32 bytes: different for every handshake. */
    private record Ephemeral(long a, long b, long c, long d) {
        static Ephemeral of(byte[] stage1) {
            var bytes = ByteBuffer.wrap(Arrays.copyOf(stage1, 32));
            return new Ephemeral(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
        }
    }

    private final IntMap<Tunnel> tunnels = new IntMap<>();
    private final IntMap<Tunnel> byRemoteIndex = new IntMap<>();
    private final IntMap<PendingHandshake> pending = new IntMap<>();
    private final IntMap<RelayEntry> relays = new IntMap<>();
    private final Map<Ephemeral, Tunnel> byStage1 = new HashMap<>();

    @Nullable
    Tunnel tunnel(int localIndex) {
        return tunnels.get(localIndex);
    }

    /** Peers choose these, so that two may choose alike and one shadows the other; good for hints only. */
    @Nullable
    Tunnel tunnelByRemoteIndex(int remoteIndex) {
        return byRemoteIndex.get(remoteIndex);
    }

    @Nullable
    PendingHandshake pending(int localIndex) {
        return pending.get(localIndex);
    }

    @Nullable
    RelayEntry relay(int localIndex) {
        return relays.get(localIndex);
    }

    /** The tunnel that exactly this first message built. */
    @Nullable
    Tunnel builtBy(byte[] stage1) {
        Tunnel tunnel = byStage1.get(Ephemeral.of(stage1));
        return tunnel != null && tunnel.handshaken().answered().isTo(stage1) ? tunnel : null;
    }

    boolean isTunnelIndexTaken(int index) {
        return tunnels.get(index) != null || pending.get(index) != null;
    }

    boolean isRelayIndexTaken(int index) {
        return relays.get(index) != null;
    }

    void add(Tunnel tunnel) {
        tunnels.put(tunnel.localIndex(), tunnel);
        byRemoteIndex.put(tunnel.remoteIndex(), tunnel);
        Answered answered = tunnel.handshaken().answered();
        if (!answered.isNone()) {
            byStage1.put(Ephemeral.of(answered.stage1()), tunnel);
        }
    }

    void remove(Tunnel tunnel) {
        tunnels.remove(tunnel.localIndex());
        if (byRemoteIndex.get(tunnel.remoteIndex()) == tunnel) {
            byRemoteIndex.remove(tunnel.remoteIndex());
        }
        Answered answered = tunnel.handshaken().answered();
        if (!answered.isNone()) {
            byStage1.remove(Ephemeral.of(answered.stage1()), tunnel);
        }
    }

    void add(PendingHandshake handshake) {
        pending.put(handshake.localIndex(), handshake);
    }

    void remove(PendingHandshake handshake) {
        pending.remove(handshake.localIndex());
    }

    List<PendingHandshake> pending() {
        return pending.values();
    }

    int pendingCount() {
        return pending.size();
    }

    int relayCount() {
        return relays.size();
    }

    /** Entries of all tables but that of relays. */
    int indexes() {
        return tunnels.size() + byRemoteIndex.size() + pending.size() + byStage1.size();
    }

    void add(RelayEntry relay) {
        relays.put(relay.localIndex(), relay);
    }

    void remove(RelayEntry relay) {
        relays.remove(relay.localIndex());
    }
}

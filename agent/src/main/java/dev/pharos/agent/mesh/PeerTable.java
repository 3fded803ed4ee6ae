package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers by each of their overlay addresses. Bounded: beyond the bound a peer without tunnel and handshake makes
 * room. Strangers cannot grow it: a peer appears when we want it, when a lighthouse of ours says that it wants us, or when
 * it has proven who it is.
 */
final class PeerTable {
    private static final int MAX_PEERS = 65536;

    private final Map<VpnAddress, Peer> byAddress = new LinkedHashMap<>();

    /** The same for every loop to look into. */
    private final ConcurrentMap<VpnAddress, Peer> published = new ConcurrentHashMap<>();

    private final Context context;

    PeerTable(Context context) {
        this.context = context;
    }

    @Nullable
    Peer find(VpnAddress address) {
        return byAddress.get(address);
    }

    /** On any loop. */
    @Nullable
    Tunnel primaryTo(VpnAddress address) {
        Peer peer = published.get(address);
        return peer == null ? null : peer.primary();
    }

    Peer of(VpnAddress address) {
        Peer known = byAddress.get(address);
        if (known != null) {
            return known;
        }
        if (byAddress.size() >= MAX_PEERS) {
            context.limits().count(Limits.Limit.PEERS);
            makeRoom();
        }
        Peer peer = new Peer(address, context.limits());
        applyStatic(peer);
        put(address, peer);
        return peer;
    }

    /** The one peer that has all these addresses, as its certificate says. */
    Peer of(List<VpnAddress> addresses) {
        Peer peer = of(addresses.getFirst());
        for (VpnAddress address : addresses) {
            Peer other = byAddress.get(address);
            if (other != peer && (other == null || other.tunnels.isEmpty())) {
                if (other != null) {
                    peer.absorb(other);
                }
                peer.isAlsoAt(address);
                put(address, peer);
                applyStatic(peer);
            }
        }
        return peer;
    }

    private void put(VpnAddress address, Peer peer) {
        byAddress.put(address, peer);
        published.put(address, peer);
    }

    /** Each peer once, in the order in which they appeared. */
    Set<Peer> all() {
        return new LinkedHashSet<>(byAddress.values());
    }

    List<Tunnel> tunnels() {
        List<Tunnel> tunnels = new ArrayList<>();
        for (Peer peer : all()) {
            tunnels.addAll(peer.tunnels);
        }
        return tunnels;
    }

    /** Applies the static host map of new settings; the peers that it names new endpoints of. */
    List<Peer> applyStatic() {
        List<Peer> located =
                new ArrayList<>(all().stream().filter(this::applyStatic).toList());
        for (VpnAddress address : context.settings().discovery().staticHosts().keySet().stream()
                .sorted()
                .toList()) {
            if (find(address) == null) {
                located.add(of(address));
            }
        }
        return located;
    }

    /** True when that brings an endpoint that nobody had named. */
    private boolean applyStatic(Peer peer) {
        var discovery = context.settings().discovery();
        List<UnderlayEndpoint> endpoints = new ArrayList<>();
        List<UnderlayEndpoint> guesses = new ArrayList<>();
        for (VpnAddress address : peer.addresses()) {
            endpoints.addAll(discovery.staticHosts().getOrDefault(address, List.of()));
            guesses.addAll(discovery.guesses(address));
        }
        boolean grown = peer.remotes.set(Remotes.Source.STATIC, endpoints);
        grown |= peer.remotes.set(Remotes.Source.CALCULATED, guesses);
        return grown;
    }

    /** Whether there is no room for this host although it has proven who it is. */
    boolean isFullFor(VpnAddress address) {
        return byAddress.size() >= MAX_PEERS && !byAddress.containsKey(address) && !makeRoom();
    }

    private boolean makeRoom() {
        Iterator<Map.Entry<VpnAddress, Peer>> oldestFirst = byAddress.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<VpnAddress, Peer> oldest = oldestFirst.next();
            Peer peer = oldest.getValue();
            if (peer.tunnels.isEmpty() && peer.pending == null) {
                oldestFirst.remove();
                published.remove(oldest.getKey());
                return true;
            }
        }
        return false;
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.RelayEntry.Kind;
import dev.pharos.agent.mesh.RelayEntry.State;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.RelayIndex;
import dev.pharos.protocol.wire.RelayMessage;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;
import org.jspecify.annotations.Nullable;

/** The hops of relays: each an entry on the tunnel it leads through, with an index of ours; and what is said to set them up. */
final class RelayHops {
    /** Entries on one tunnel: who has more peers than this behind one relay does without the rest. */
    private static final int MAX_PER_TUNNEL = 4096;

    private final Context context;
    private final TunnelTable table;
    private final Sender sender;
    private final Owners owners;

    RelayHops(Context context, TunnelTable table, Sender sender, Owners owners) {
        this.context = context;
        this.table = table;
        this.sender = sender;
        this.owners = owners;
    }

    /** The hop that packets with this index are for, null for none. */
    @Nullable
    RelayEntry byIndex(RelayIndex index) {
        return table.relay(index.value());
    }

    /** A new hop through that tunnel; null when the tunnel has too many. */
    @Nullable
    RelayEntry add(long now, Tunnel tunnel, VpnAddress farEnd, Kind kind, State state) {
        if (tunnel.relays.size() >= MAX_PER_TUNNEL) {
            context.limits().hit(now, Limit.RELAYS, tunnel.peerName());
            return null;
        }
        var entry = new RelayEntry(owners.relayIndex(tunnel, table::isRelayIndexTaken), tunnel, farEnd, kind, state);
        RelayEntry replaced = tunnel.relays.put(farEnd, entry);
        if (replaced != null) {
            drop(replaced);
        }
        table.add(entry);
        return entry;
    }

    void drop(RelayEntry entry) {
        entry.close();
        table.remove(entry);
        entry.tunnel().relays.remove(entry.farEnd(), entry);
    }

    /** The hop for frames to and from {@code farEnd}, as their relay; null when the tunnel has too many. */
    @Nullable
    RelayEntry forwarding(long now, Tunnel tunnel, VpnAddress farEnd) {
        RelayEntry entry = tunnel.relays.get(farEnd);
        return entry != null && entry.kind() == Kind.FORWARDING
                ? entry
                : add(now, tunnel, farEnd, Kind.FORWARDING, State.REQUESTED);
    }

    /** In the form that the certificate of the tunnel's peer tells. */
    void send(long now, Tunnel tunnel, RelayMessage message) {
        send(now, tunnel, message, form(tunnel));
    }

    void send(long now, Tunnel tunnel, RelayMessage message, AddressForm form) {
        if (form == AddressForm.V1 && !fitsV1(message)) {
            return;
        }
        sender.send(now, tunnel, PacketType.CONTROL, message.encode(form), Answer.NONE);
    }

    private static boolean fitsV1(RelayMessage message) {
        return switch (message) {
            case CreateRelayRequest request ->
                request.to().isV4() && request.from().isV4();
            case CreateRelayResponse response ->
                response.to().isV4() && response.from().isV4();
            case RelayMessage.Unknown unknown -> false;
        };
    }

    private static AddressForm form(Tunnel tunnel) {
        return switch (tunnel.certificate().version()) {
            case V1 -> AddressForm.V1;
            case V2 -> AddressForm.V2;
        };
    }

    static RelayIndex index(RelayEntry entry) {
        return new RelayIndex(entry.localIndex());
    }
}

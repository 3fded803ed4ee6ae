package dev.pharos.agent.firewall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one protocol by port. The bounds of all ranges cut the ports into pieces within which the same rules apply,
 * so a look-up is a binary search and a range costs the same whether it spans one port or all (Nebula makes an entry
 * per port).
 */
final class PortTable {
    private final CompiledRule[] everyPort;
    private final CompiledRule[] fragments;

    /** First ports of the pieces, ascending; a piece reaches to the next one. */
    private final int[] pieces;

    private final CompiledRule[][] byPiece;

    private PortTable(CompiledRule[] everyPort, CompiledRule[] fragments, int[] pieces, CompiledRule[][] byPiece) {
        this.everyPort = everyPort;
        this.fragments = fragments;
        this.pieces = pieces;
        this.byPiece = byPiece;
    }

    record Entry(Ports ports, CompiledRule rule) {}

    static PortTable of(List<Entry> entries) {
        List<CompiledRule> everyPort = new ArrayList<>();
        List<CompiledRule> fragments = new ArrayList<>();
        List<Entry> ranges = new ArrayList<>();
        TreeSet<Integer> bounds = new TreeSet<>(List.of(0));
        for (Entry entry : entries) {
            switch (entry.ports()) {
                case Ports.Any any -> everyPort.add(entry.rule());
                case Ports.Fragments all -> fragments.add(entry.rule());
                case Ports.Range range -> {
                    ranges.add(entry);
                    bounds.add(range.first());
                    bounds.add(range.last() + 1);
                }
            }
        }
        int[] pieces = bounds.stream().mapToInt(Integer::intValue).toArray();
        CompiledRule[][] byPiece = new CompiledRule[pieces.length][];
        for (int piece = 0; piece < pieces.length; piece++) {
            byPiece[piece] = covering(pieces[piece], ranges);
        }
        return new PortTable(
                everyPort.toArray(CompiledRule[]::new), fragments.toArray(CompiledRule[]::new), pieces, byPiece);
    }

    private static CompiledRule[] covering(int port, List<Entry> ranges) {
        return ranges.stream()
                .filter(entry ->
                        entry.ports() instanceof Ports.Range range && range.first() <= port && port <= range.last())
                .map(Entry::rule)
                .toArray(CompiledRule[]::new);
    }

    /** For protocols whose ports do not count. */
    @Nullable
    CompiledRule findForAnyPort(PacketView packet, PeerIdentity peer) {
        return find(everyPort, packet, peer);
    }

    /** The rule that allows the packet, or null. */
    @Nullable
    CompiledRule find(Direction direction, PacketView packet, PeerIdentity peer) {
        CompiledRule found = find(forPort(direction, packet), packet, peer);
        return found != null ? found : find(everyPort, packet, peer);
    }

    private CompiledRule[] forPort(Direction direction, PacketView packet) {
        if (packet.fragment) {
            return fragments;
        }
        int port = direction == Direction.INBOUND ? packet.localPort : packet.remotePort;
        int found = Arrays.binarySearch(pieces, port);
        int piece = found >= 0 ? found : -found - 2;
        return byPiece[piece];
    }

    private static @Nullable CompiledRule find(CompiledRule[] rules, PacketView packet, PeerIdentity peer) {
        for (CompiledRule rule : rules) {
            if (rule.matches(packet, peer)) {
                return rule;
            }
        }
        return null;
    }
}

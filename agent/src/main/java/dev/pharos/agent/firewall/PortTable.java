package dev.pharos.agent.firewall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one protocol by port. The bounds of all ranges cut the ports into pieces within which the same rules apply,
 * so a look-up is a binary search and a range costs the same whether it spans one port or all (Nebula makes an entry
 * per port).
 */
final class PortTable {
    private static final CompiledRule[] NO_RULES = {};
    private static final PortTable EMPTY =
            new PortTable(NO_RULES, NO_RULES, new int[] {0}, new CompiledRule[][] {NO_RULES});

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

    /** What begins and what has ended at a port. */
    private static final class Bound {
        private final List<CompiledRule> begun = new ArrayList<>();
        private final List<CompiledRule> ended = new ArrayList<>();
    }

    /** From rules in their order. */
    static PortTable of(List<CompiledRule> rules) {
        if (rules.isEmpty()) {
            return EMPTY;
        }
        List<CompiledRule> everyPort = new ArrayList<>();
        List<CompiledRule> fragments = new ArrayList<>();
        TreeMap<Integer, Bound> bounds = new TreeMap<>();
        bounds.put(0, new Bound());
        for (CompiledRule rule : rules) {
            switch (rule.ports()) {
                case Ports.Any any -> everyPort.add(rule);
                case Ports.Fragments all -> fragments.add(rule);
                case Ports.Range(int first, int last) -> {
                    bounds.computeIfAbsent(first, _ -> new Bound()).begun.add(rule);
                    bounds.computeIfAbsent(last + 1, _ -> new Bound()).ended.add(rule);
                }
            }
        }
        return new PortTable(
                asFarAsAsked(everyPort),
                asFarAsAsked(fragments),
                bounds.keySet().stream().mapToInt(Integer::intValue).toArray(),
                byPiece(bounds.values()));
    }

    private static CompiledRule[][] byPiece(Collection<Bound> bounds) {
        List<CompiledRule[]> byPiece = new ArrayList<>();
        TreeMap<Integer, CompiledRule> open = new TreeMap<>();
        for (Bound bound : bounds) {
            bound.ended.forEach(rule -> open.remove(rule.index()));
            bound.begun.forEach(rule -> open.put(rule.index(), rule));
            byPiece.add(asFarAsAsked(open.values()));
        }
        return byPiece.toArray(CompiledRule[][]::new);
    }

    /** Behind a rule that allows all that is asked here no other is ever reached. */
    private static CompiledRule[] asFarAsAsked(Collection<CompiledRule> rules) {
        List<CompiledRule> asked = new ArrayList<>();
        for (CompiledRule rule : rules) {
            asked.add(rule);
            if (rule.asksOnlyForPeer()) {
                break;
            }
        }
        return asked.toArray(CompiledRule[]::new);
    }

    /** For protocols whose ports do not count. */
    @Nullable
    CompiledRule findForAnyPort(PacketView packet, PeerIdentity peer) {
        return find(everyPort, packet, peer);
    }

    /** The first rule that allows the packet, or null. */
    @Nullable
    CompiledRule find(Direction direction, PacketView packet, PeerIdentity peer) {
        return CompiledRule.first(find(forPort(direction, packet), packet, peer), find(everyPort, packet, peer));
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

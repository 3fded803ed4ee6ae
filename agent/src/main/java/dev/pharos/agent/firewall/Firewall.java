package dev.pharos.agent.firewall;

import org.jspecify.annotations.Nullable;

/**
 * Judges packets and remembers what it allowed, so that answers pass. One for each event loop, which alone may call it;
 * the rules are shared. Time is handed in, in nanoseconds of any one clock.
 *
 * <p>A change of the rules is not applied to live connections at once: each is judged anew, in the direction in which it
 * began, when its next packet comes, and forgotten if the rules no longer allow it. The same happens when the peer shows
 * another certificate.
 */
public final class Firewall {
    private static final int SWEEP_PER_NEW_CONNECTION = 2;

    private final ConnectionTable connections;
    private long tcpNanos;
    private long udpNanos;
    private long otherNanos;
    private final PacketView packet = new PacketView();
    private FirewallRules rules;
    private int version;

    /**
     * With no connections yet.
     *
     * @param seed random, so that peers cannot guess where their connections are kept
     */
    public Firewall(FirewallRules rules, ConnectionLimits limits, long seed) {
        this.rules = rules;
        this.connections = new ConnectionTable(limits.connections(), seed);
        timeouts(limits);
    }

    /** Remembers connections for other times from their next packet on; how many it can remember stays. */
    public void timeouts(ConnectionLimits limits) {
        tcpNanos = limits.tcp().toNanos();
        udpNanos = limits.udp().toNanos();
        otherNanos = limits.other().toNanos();
    }

    /** Judges an IP packet that came out of the tunnel of {@code peer}. */
    public Verdict judgeInbound(PeerIdentity peer, byte[] buffer, int offset, int length, long now) {
        return judge(Direction.INBOUND, peer, buffer, offset, length, now);
    }

    /** Judges an IP packet that is to go into the tunnel of {@code peer}. */
    public Verdict judgeOutbound(PeerIdentity peer, byte[] buffer, int offset, int length, long now) {
        return judge(Direction.OUTBOUND, peer, buffer, offset, length, now);
    }

    private Verdict judge(Direction direction, PeerIdentity peer, byte[] buffer, int offset, int length, long now) {
        if (!packet.read(direction, buffer, offset, length)) {
            return Verdict.MALFORMED;
        }
        Verdict addresses = rules.judgeAddresses(packet, peer);
        if (!addresses.isAllowed()) {
            return addresses;
        }
        int slot = connections.find(packet, now);
        if (slot != ConnectionTable.NONE && isStillAllowed(slot, peer)) {
            connections.prolong(slot, now + timeout());
            return Verdict.ALLOWED;
        }
        if (!rules.allow(direction, packet, peer)) {
            return Verdict.NO_RULE;
        }
        connections.sweep(SWEEP_PER_NEW_CONNECTION, now);
        connections.add(packet, direction, version, peer, now, now + timeout());
        return Verdict.ALLOWED;
    }

    /** Removes the connection when it is not. */
    private boolean isStillAllowed(int slot, PeerIdentity peer) {
        PeerIdentity known = connections.peer(slot);
        if (known == peer && connections.version(slot) == version) {
            return true;
        }
        if (isUnchanged(known, peer, connections.version(slot))
                || rules.allow(connections.direction(slot), packet, peer)) {
            connections.approve(slot, version, peer);
            return true;
        }
        connections.remove(slot);
        return false;
    }

    /** A new handshake makes a new identity; with the same certificate it changes nothing. */
    private boolean isUnchanged(@Nullable PeerIdentity known, PeerIdentity peer, int judgedUnder) {
        return known != null && judgedUnder == version && known.hasCertificateOf(peer);
    }

    private long timeout() {
        return switch (packet.protocol) {
            case PacketView.TCP -> tcpNanos;
            case PacketView.UDP -> udpNanos;
            default -> otherNanos;
        };
    }

    /** The rules in force. */
    public FirewallRules rules() {
        return rules;
    }

    /** Enforces other rules from the next packet on. */
    public void change(FirewallRules changed) {
        rules = changed;
        version++;
    }

    /**
     * Forgets connections that have run out and for which nobody looks; to be called now and then.
     *
     * @param looks how many places in the table to look at, which bounds the time it takes
     */
    public void sweep(int looks, long now) {
        connections.sweep(looks, now);
    }

    /** Connections that were forgotten before their time, as there were too many. */
    public long displaced() {
        return connections.displaced();
    }

    /** Connections tracked now. */
    public int connections() {
        return connections.size();
    }
}

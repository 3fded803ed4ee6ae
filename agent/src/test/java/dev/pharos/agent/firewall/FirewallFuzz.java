package dev.pharos.agent.firewall;

import dev.pharos.agent.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * IP packets in the firewall. Bit 0 of the input's first byte chooses the direction, the others the address family; the
 * rest is an IP packet whose addresses are put right, so that the walk through its headers is reached. The walk must come
 * to what {@link PlainWalk} comes to.
 */
public final class FirewallFuzz implements FuzzTarget {
    private static final String HERE = "10.99.0.2";
    private static final String PEER = "10.99.0.3";
    private static final String HERE_V6 = "fd00:99::2";
    private static final String PEER_V6 = "fd00:99::3";
    private static final List<Rule> RULES = List.of(
            Rule.everyone(Rule.Protocol.TCP, Ports.of(22)),
            Rule.everyone(Rule.Protocol.UDP, Ports.range(1000, 2000)),
            Rule.everyone(Rule.Protocol.ICMP, Ports.ANY),
            Rule.everyone(Rule.Protocol.ANY, Ports.FRAGMENTS));

    private final PeerIdentity peer = new PeerIdentity(
            Peers.OTHER_AUTHORITY,
            "laptop",
            List.of(),
            List.of(Packets.address(PEER), Packets.address(PEER_V6)),
            List.of(),
            "Test CA",
            Peers.AUTHORITY);
    private final Firewall firewall = new Firewall(
            new FirewallRules(
                    new LocalHost(List.of(Packets.prefix("10.99.0.2/16"), Packets.prefix("fd00:99::2/64")), List.of()),
                    RULES,
                    RULES,
                    UnsetLocalRange.OWN_NETWORKS),
            ConnectionLimits.DEFAULT,
            1);
    private final PacketView view = new PacketView();
    private long now;

    @Override
    public void run(byte[] input) throws Refused {
        if (input.length == 0) {
            return;
        }
        byte[] packet = Arrays.copyOfRange(input, 1, input.length);
        Direction direction = (input[0] & 1) == 0 ? Direction.INBOUND : Direction.OUTBOUND;
        if ((input[0] & 2) == 0) {
            address(packet, direction);
        }
        boolean readable = view.read(direction, packet, 0, packet.length);
        PlainWalk walk = PlainWalk.of(direction, packet);
        FuzzTarget.require(readable == (walk != null), "readable or not");
        if (walk != null) {
            FuzzTarget.require(
                    walk.equals(new PlainWalk(view.protocol, view.fragment, view.localPort, view.remotePort)),
                    "another reading: " + walk);
        }
        now += 1_000_000;
        Verdict verdict = direction == Direction.INBOUND
                ? firewall.judgeInbound(peer, packet, 0, packet.length, now)
                : firewall.judgeOutbound(peer, packet, 0, packet.length, now);
        FuzzTarget.require(verdict == Verdict.MALFORMED == (walk == null), "malformed or not");
        FuzzTarget.require(firewall.connections() <= ConnectionLimits.DEFAULT.connections(), "too many connections");
    }

    private static void address(byte[] packet, Direction direction) {
        boolean inbound = direction == Direction.INBOUND;
        if (packet.length >= 20 && packet[0] >> 4 == 4) {
            put(packet, inbound ? PEER : HERE, 12);
            put(packet, inbound ? HERE : PEER, 16);
        } else if (packet.length >= 40 && packet[0] >> 4 == 6) {
            put(packet, inbound ? PEER_V6 : HERE_V6, 8);
            put(packet, inbound ? HERE_V6 : PEER_V6, 24);
        }
    }

    private static void put(byte[] packet, String address, int at) {
        byte[] bytes = Packets.address(address).toBytes();
        System.arraycopy(bytes, 0, packet, at, bytes.length);
    }

    @Override
    public List<byte[]> seeds() {
        byte[] chain = ByteBuffer.allocate(8 + 16 + 8 + 12 + 20)
                .put(new byte[] {60, 0})
                .put(8, new byte[] {44, 1})
                .put(24, (byte) 51)
                .put(32, new byte[] {Packets.TCP, 1})
                .put(44, Packets.ports(40000, 22))
                .array();
        return List.of(
                seed(Packets.tcp(PEER, 40000, HERE, 22)),
                seed(Packets.udp(PEER, 40000, HERE, 1500)),
                seed(Packets.ping(PEER, HERE, 7)),
                seed(Packets.fragment(PEER, HERE, Packets.UDP)),
                seed(Packets.tcp(PEER_V6, 40000, HERE_V6, 22)),
                seed(Packets.ping(PEER_V6, HERE_V6, 7)),
                seed(Packets.fragment(PEER_V6, HERE_V6, Packets.UDP)),
                seed(Packets.packet(PEER_V6, HERE_V6, 0, chain)));
    }

    private static byte[] seed(byte[] packet) {
        byte[] seed = new byte[packet.length + 1];
        System.arraycopy(packet, 0, seed, 1, packet.length);
        return seed;
    }
}

package dev.pharos.agent.dataplane;

import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.firewall.LocalRange;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.agent.firewall.UnsetLocalRange;
import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.mesh.ManyTunnels;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.noise.ReplayTally;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a loop does for one packet of 1300 bytes beside system calls and copies, in the order of {@link Incoming} and
 * {@link Outgoing}: addresses, route, tunnel, replay window or counter, firewall, cipher. Flows take turns in random order,
 * each with {@link #train} packets at a time, and so do the tunnels they belong to.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx400m"
        })
@Warmup(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class PacketBenchmark {
    private static final int LENGTH = 1300;
    private static final int HEADERS = 40;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int PORTS = 20;
    private static final short SERVICE = 443;
    private static final long V4_MAPPED = 0xffffL << 32;
    private static final int FIRST_PORT = 10_000;

    /** How much there is of everything. */
    public enum Load {
        LEAST(2, 10, 2),
        TUNNELS_1000(1000, 10, 1000),
        TUNNELS_10000(10_000, 10, 10_000),
        RULES_1000(2, 1000, 2),
        RULES_10000(2, 10_000, 2),
        FLOWS_1000(2, 10, 1000),
        FLOWS_100000(2, 10, 100_000),
        MOST(10_000, 10_000, 100_000);

        private final int tunnels;
        private final int rules;
        private final int flows;

        Load(int tunnels, int rules, int flows) {
            this.tunnels = tunnels;
            this.rules = rules;
            this.flows = flows;
        }
    }

    @Param
    public Load load = Load.LEAST;

    @Param({"1", "16"})
    public int train;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment slab = arena.allocate(1 << 16, 4096);
    private final Sealer sealer = new Sealer();
    private final ReplayTally tally = new ReplayTally();
    private final AddressCache addresses = new AddressCache();
    private final ManyTunnels many = new ManyTunnels(FastCiphers.choose().factory());
    private final Mesh mesh = many.mesh();
    private final FirewallFilter filter =
            new FirewallFilter(new Firewall(rules(0), ConnectionLimits.DEFAULT, new Random(5).nextLong()));
    private final Routing routing = routing();
    private final byte[] header = header();
    private final ByteBuffer fields = ByteBuffer.wrap(header);
    private long now;

    /** What the packets of each flow carry, in the order in which the flows take turns. */
    private int[] indexes = {};

    private int[] peers = {};
    private int[] endpoints = {};
    private int[] tunnelNumbers = {};
    private short[] ports = {};

    private TunnelMemory memory = new TunnelMemory(arena, 1, 1);
    private int flow;
    private int ofTrain;

    private Routing routing() {
        var crossings = new Crossings(0, new Ring[] {new Ring(arena)}, _ -> {}, new Counters());
        return new Routing(
                new RouteTable(List.of(new VpnPrefix(ManyTunnels.HERE, 8)), List.of(), Set.of()), mesh, crossings);
    }

    private static byte[] header() {
        byte[] header = new byte[HEADERS];
        ByteBuffer.wrap(header).put((byte) 0x45).putShort(2, (short) LENGTH).put(9, (byte) 6);
        return header;
    }

    /** The service is for everyone; all other rules are for hosts, one each. */
    private static FirewallRules rules(int count) {
        List<Rule> inbound = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            inbound.add(new Rule(
                    Rule.Protocol.TCP,
                    Ports.of(SERVICE),
                    Optional.empty(),
                    List.of(),
                    Optional.of(new VpnPrefix(VpnAddress.ofV4(0x0a80_0000 + i), 32)),
                    LocalRange.UNSET,
                    Optional.empty(),
                    Optional.empty()));
        }
        inbound.add(Rule.everyone(Rule.Protocol.TCP, Ports.of(SERVICE)));
        List<Rule> outbound = List.of(Rule.everyone(Rule.Protocol.ANY, Ports.ANY));
        return new FirewallRules(
                LocalHost.of(new VpnPrefix(ManyTunnels.HERE, 8)), inbound, outbound, UnsetLocalRange.ANY);
    }

    /** Opens the tunnels, and has every flow tracked. */
    @Setup
    public void prepare() {
        for (int i = 0; i < load.tunnels; i++) {
            many.open();
        }
        now = many.now();
        filter.change(rules(load.rules), ConnectionLimits.DEFAULT);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < load.flows; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(9));
        indexes = new int[load.flows];
        peers = new int[load.flows];
        endpoints = new int[load.flows];
        tunnelNumbers = new int[load.flows];
        ports = new short[load.flows];
        for (int i = 0; i < load.flows; i++) {
            int one = order.get(i);
            tunnelNumbers[i] = one % load.tunnels;
            Tunnel tunnel = many.tunnels().get(tunnelNumbers[i]);
            indexes[i] = tunnel.localIndex();
            peers[i] = tunnel.addresses().getFirst().v4();
            endpoints[i] = endpoint(tunnel).v4();
            ports[i] = (short) (FIRST_PORT + one / load.tunnels);
        }
        for (int i = 0; i < load.flows; i++) {
            if (!incoming(i) || !outgoing(i)) {
                throw new IllegalStateException("a packet was refused");
            }
        }
        memory = new TunnelMemory(arena, load.tunnels, load.flows);
    }

    private static UnderlayEndpoint endpoint(Tunnel tunnel) {
        if (tunnel.path() instanceof Path.Direct direct) {
            return direct.endpoint();
        }
        throw new IllegalStateException("relayed: " + tunnel);
    }

    /** The flow of the next packet. */
    private int next() {
        int current = flow;
        ofTrain++;
        if (ofTrain >= train) {
            ofTrain = 0;
            flow = flow + 1 == indexes.length ? 0 : flow + 1;
        }
        return current;
    }

    /**
     * A packet that was received. It is sealed with the key that would open it, which takes the same: no packet that is
     * made up here would be authentic.
     */
    @Benchmark
    public boolean incoming() {
        return incoming(next());
    }

    private boolean incoming(int number) {
        UnderlayEndpoint from = addresses.endpoint(0, V4_MAPPED | (endpoints[number] & 0xffff_ffffL), ManyTunnels.PORT);
        Tunnel tunnel = Objects.requireNonNull(mesh.tunnelByIndex(indexes[number]));
        long counter = tunnel.window().highest() + 1;
        Slab.writeHeader(slab, 0, PacketType.DATA, tunnel.localIndex(), counter);
        boolean fits = tunnel.path() instanceof Path.Direct direct
                && direct.endpoint().equals(from)
                && tunnel.window().mayAccept(counter, tally);
        sealer.seal(tunnel.receiveCipher(), counter, slab, 0, Header.LENGTH, LENGTH);
        fits = tunnel.window().accept(counter, tally) && fits;
        tunnel.heard(now, from, LENGTH + Outbox.OVERHEAD);
        fields.putInt(SOURCE, peers[number]).putInt(DESTINATION, ManyTunnels.HERE.v4());
        fields.putShort(PORTS, ports[number]).putShort(PORTS + 2, SERVICE);
        return filter.allowsIn(tunnel, header, 0, HEADERS, now) && fits;
    }

    /** A packet that is to be sent. */
    @Benchmark
    public boolean outgoing() {
        return outgoing(next());
    }

    private boolean outgoing(int number) {
        fields.putInt(SOURCE, ManyTunnels.HERE.v4()).putInt(DESTINATION, peers[number]);
        fields.putShort(PORTS, SERVICE).putShort(PORTS + 2, ports[number]);
        VpnAddress destination = addresses.destination(header, 0);
        VpnAddress to = Objects.requireNonNull(routing.nextHop(now, destination, header, HEADERS));
        Tunnel tunnel = Objects.requireNonNull(mesh.tunnelTo(to));
        boolean allowed = filter.allowsOut(tunnel, header, 0, HEADERS, now);
        long counter = tunnel.nextCounter();
        Slab.writeHeader(slab, 0, PacketType.DATA, tunnel.remoteIndex(), counter);
        sealer.seal(tunnel.sendCipher(), counter, slab, 0, Header.LENGTH, LENGTH);
        tunnel.sent(now, LENGTH + Outbox.OVERHEAD);
        return allowed;
    }

    /** What it takes to touch the memory that such a packet touches, and nothing else. */
    @Benchmark
    public long memoryAlone() {
        int number = next();
        return memory.touch(tunnelNumbers[number], number);
    }
}

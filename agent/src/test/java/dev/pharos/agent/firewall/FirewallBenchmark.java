package dev.pharos.agent.firewall;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** The first packet of a connection, which the rules decide about, as rules of different kinds grow in number. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class FirewallBenchmark {
    private static final String HERE = "10.99.0.2";
    private static final String PEER = "10.99.0.3";
    private static final int SERVICE = 443;

    /** By what rules differ. */
    public enum Kind {
        /** One service for each group. */
        PORTS,
        /** One service for many groups. */
        GROUPS,
        /** One service for many hosts, as policies that name hosts compile to. */
        HOSTS
    }

    @Param({"10", "1000", "10000"})
    public int rules;

    @Param
    public Kind kind = Kind.PORTS;

    private final PeerIdentity friend = Peers.at(PEER, "laptops");
    private final PeerIdentity stranger = Peers.at(PEER, "phones");
    private final PacketView view = new PacketView();
    private final byte[] packet = Packets.tcp(PEER, 40_000, HERE, SERVICE);
    private FirewallRules inForce = rules(List.of());
    private Firewall firewall = new Firewall(inForce, ConnectionLimits.DEFAULT, 1);

    /** Rules for others, and last the one that lets the friend in. */
    @Setup
    public void prepare() {
        List<Rule> inbound = new ArrayList<>();
        for (int i = 1; i < rules; i++) {
            inbound.add(other(i));
        }
        inbound.add(rule(Ports.of(SERVICE), List.of("laptops"), Optional.empty()));
        inForce = rules(inbound);
        firewall = new Firewall(inForce, ConnectionLimits.DEFAULT, 1);
    }

    private static FirewallRules rules(List<Rule> inbound) {
        return new FirewallRules(LocalHost.of(Packets.prefix(HERE + "/16")), inbound, List.of(), UnsetLocalRange.ANY);
    }

    private Rule other(int i) {
        return switch (kind) {
            case PORTS -> rule(Ports.of(1000 + i), List.of("group" + i), Optional.empty());
            case GROUPS -> rule(Ports.of(SERVICE), List.of("group" + i), Optional.empty());
            case HOSTS ->
                rule(Ports.of(SERVICE), List.of(), Optional.of(new VpnPrefix(VpnAddress.ofV4(0x0a63_1000 + i), 32)));
        };
    }

    private static Rule rule(Ports ports, List<String> groups, Optional<VpnPrefix> cidr) {
        return new Rule(
                Rule.Protocol.TCP,
                ports,
                Optional.empty(),
                groups,
                cidr,
                LocalRange.UNSET,
                Optional.empty(),
                Optional.empty());
    }

    /** The look-up that finds the last rule. */
    @Benchmark
    public boolean allowed() {
        view.read(Direction.INBOUND, packet, 0, packet.length);
        return inForce.allow(Direction.INBOUND, view, friend);
    }

    /** All that a packet costs for which there is no rule. */
    @Benchmark
    public Verdict refused() {
        return firewall.judgeInbound(stranger, packet, 0, packet.length, 1);
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.agent.dataplane.PacketFilter;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A host in the simulated internet: a real mesh on a simulated socket, and a simple application on top. */
final class SimulatedHost implements MeshOutput, Station, Talker {

    /** Something that arrived from a peer. */
    record Heard(VpnAddress from, String text, long at) {}

    /** Sees what is delivered, and may object by throwing. */
    interface Judge {
        void delivered(SimulatedHost to, Tunnel from, String text);
    }

    private final Internet internet;
    private final String name;
    private final @Nullable Nat nat;
    private final Random random;
    private final List<Heard> heard = new ArrayList<>();
    private final List<MeshEvent> events = new ArrayList<>();
    private final List<Long> pongs = new ArrayList<>();
    private UnderlayEndpoint endpoint;
    private MeshSettings settings;
    private PeerMemory memory = PeerMemory.EMPTY;
    private @Nullable Mesh mesh;
    private long wakeUp = Times.FOREVER;
    private int boots;
    private boolean asleep;
    private long sent;
    private Judge judge = (to, from, text) -> {};
    private PacketFilter filter = PacketFilter.OPEN;
    private final Map<Integer, Tunnel> live = new HashMap<>();
    private int narrowIndexes;
    private Duration clockBehind = Duration.ZERO;

    SimulatedHost(
            Internet internet,
            String name,
            @Nullable Nat nat,
            UnderlayEndpoint endpoint,
            MeshSettings settings,
            long seed) {
        this.internet = internet;
        this.name = name;
        this.nat = nat;
        this.endpoint = endpoint;
        this.settings = settings;
        this.random = new Random(seed);
    }

    @Override
    public @Nullable Nat nat() {
        return nat;
    }

    @Override
    public UnderlayEndpoint endpoint() {
        return endpoint;
    }

    void judge(Judge changed) {
        judge = changed;
    }

    /** What its applications send and are sent goes by this firewall from now on. */
    void guard(PacketFilter changed) {
        filter = changed;
    }

    /** From the next boot on it draws its indexes from so few bits that they would meet again and again. */
    void narrowIndexes(int bits) {
        narrowIndexes = bits;
    }

    @Override
    public VpnAddress address() {
        return settings.identity().address();
    }

    MeshSettings settings() {
        return settings;
    }

    @Override
    public List<Heard> heard() {
        return heard;
    }

    List<MeshEvent> events() {
        return events;
    }

    List<Long> pongs() {
        return pongs;
    }

    /** Datagrams sent in all its lives. */
    long sent() {
        return sent;
    }

    /** Tunnels that it was told of and that have not ended. */
    int live() {
        return live.size();
    }

    @Override
    public boolean isUp() {
        return mesh != null && !asleep;
    }

    Mesh mesh() {
        Mesh running = mesh;
        if (running == null) {
            throw new IllegalStateException(name + " is down");
        }
        return running;
    }

    /** From the next boot on its clock is wrong. */
    void setClockBack(Duration by) {
        clockBehind = by;
    }

    /** Starts with what was remembered, knowing its own address. */
    void boot() {
        boots++;
        internet.attach(this);
        Random random = dice(this.random.nextLong());
        Mesh started = new Mesh(settings, this, random, TransportCipherFactory.JCE, internet.now(), wall());
        mesh = started;
        started.recall(memory);
        started.localEndpoints(internet.now(), List.of(endpoint));
        started.start(internet.now());
        schedule();
    }

    private Random dice(long seed) {
        int bits = narrowIndexes;
        if (bits == 0) {
            return new Random(seed);
        }
        return new Random(seed) {
            @Override
            public int nextInt() {
                return super.nextInt() >>> (Integer.SIZE - bits);
            }
        };
    }

    /** The wall clock is set, forwards or back. */
    void setClock(Duration by) {
        clockBehind = clockBehind.minus(by);
        mesh().wallClock(internet.now(), wall());
        schedule();
    }

    private Instant wall() {
        return Authority.NOW.plus(Duration.ofNanos(internet.now())).minus(clockBehind);
    }

    /** Stops without a word. */
    void crash() {
        live.clear();
        internet.detach(this);
        mesh = null;
        wakeUp = Times.FOREVER;
    }

    /** Nothing runs until {@link #wake()}, and what arrives is lost. */
    void sleep() {
        asleep = true;
        internet.detach(this);
    }

    void wake() {
        asleep = false;
        internet.attach(this);
        wakeUp = Times.FOREVER;
        mesh().advance(internet.now());
        schedule();
    }

    /** Keeps what it knows of its peers for the next {@link #boot}. */
    void remember() {
        memory = mesh().memory();
    }

    int boots() {
        return boots;
    }

    void reconfigure(MeshSettings changed) {
        settings = changed;
        if (mesh != null) {
            mesh().reconfigure(internet.now(), changed);
            schedule();
        }
    }

    /** Where it will be when it boots the next time. */
    void relocate(UnderlayEndpoint elsewhere) {
        endpoint = elsewhere;
    }

    /** What its resolver says of the static host map. */
    void resolve(Map<VpnAddress, List<UnderlayEndpoint>> staticHosts) {
        mesh().staticHosts(internet.now(), staticHosts);
        schedule();
    }

    /** Moves to another address on the same network. */
    void move(UnderlayEndpoint elsewhere) {
        internet.detach(this);
        endpoint = elsewhere;
        internet.attach(this);
        mesh().localEndpoints(internet.now(), List.of(elsewhere));
        schedule();
    }

    /** Sends a line of text to a peer. */
    @Override
    public void say(VpnAddress to, String text) {
        send(to, text.getBytes(StandardCharsets.UTF_8));
    }

    void send(VpnAddress to, byte[] packet) {
        Tunnel tunnel = mesh().tunnelTo(to);
        if (tunnel == null) {
            mesh().outbound(internet.now(), to, packet, 0, packet.length);
        } else {
            release(tunnel, packet, 0, packet.length);
        }
        schedule();
    }

    void ping(VpnAddress to, long number) {
        mesh().ping(internet.now(), to, number);
        schedule();
    }

    @Override
    public void receive(UnderlayEndpoint from, byte[] datagram) {
        if (mesh != null) {
            byte[] copy = Arrays.copyOf(datagram, datagram.length + 7);
            mesh().datagram(internet.now(), from, copy, 0, datagram.length);
            schedule();
        }
    }

    private void schedule() {
        long deadline = Math.max(mesh().nextDeadline(), internet.now());
        if (deadline < wakeUp) {
            wakeUp = deadline;
            int boot = boots;
            internet.at(deadline, () -> wake(boot, deadline));
        }
    }

    private void wake(int boot, long due) {
        if (mesh == null || asleep || boot != boots || due != wakeUp) {
            return;
        }
        wakeUp = Times.FOREVER;
        mesh().advance(internet.now());
        schedule();
    }

    boolean hasHeard(VpnAddress from, String text) {
        return heard.stream()
                .anyMatch(one -> one.from().equals(from) && one.text().equals(text));
    }

    /** Whether traffic to this peer goes straight to it now. */
    boolean isDirectTo(VpnAddress peer) {
        Tunnel tunnel = mesh().tunnelTo(peer);
        return tunnel != null && tunnel.path() instanceof Path.Direct;
    }

    boolean isRelayedTo(VpnAddress peer) {
        Tunnel tunnel = mesh().tunnelTo(peer);
        return tunnel != null && tunnel.path() instanceof Path.Relayed;
    }

    @Override
    public void transmit(UnderlayEndpoint to, byte[] buffer, int offset, int length) {
        sent++;
        internet.send(this, to, Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void deliver(Tunnel from, byte[] buffer, int offset, int length) {
        if (!filter.allowsIn(from, buffer, offset, length, internet.now())) {
            return;
        }
        String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
        judge.delivered(this, from, text);
        heard.add(new Heard(from.addresses().getFirst(), text, internet.now()));
        internet.record(text.hashCode());
    }

    @Override
    public void release(Tunnel to, byte[] buffer, int offset, int length) {
        if (filter.allowsOut(to, buffer, offset, length, internet.now())) {
            mesh().send(internet.now(), to, buffer, offset, length);
        }
    }

    @Override
    public void opened(Tunnel tunnel) {
        Tunnel before = live.put(tunnel.localIndex(), tunnel);
        if (before != null) {
            throw new AssertionError(this + " gave the index of " + before + " to " + tunnel);
        }
        internet.record(tunnel.localIndex());
    }

    @Override
    public void closed(Tunnel tunnel) {
        live.remove(tunnel.localIndex());
        filter.closed(tunnel);
        internet.record(-tunnel.localIndex());
    }

    @Override
    public void pong(VpnAddress peer, long number, long roundTripNanos) {
        pongs.add(roundTripNanos);
    }

    @Override
    public void event(MeshEvent event) {
        events.add(event);
    }

    @Override
    public String toString() {
        return name;
    }
}

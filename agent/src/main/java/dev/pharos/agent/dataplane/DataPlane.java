package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.linux.LinkChanges;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.agent.mesh.Loops;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.MeshOutput;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The byte path of this host: event loops, each with a queue of the TUN device and a UDP socket of its own, and on the first
 * of them the mesh.
 *
 * <p>{@link #open} takes the device and the port; {@link #start} makes the mesh and begins. From then on the mesh belongs
 * to the first loop's thread: {@link #execute} and {@link #ask} reach it there.
 */
public final class DataPlane implements AutoCloseable {
    private final DataPlaneSettings settings;
    private final DataPlaneListener listener;
    private final Arena arena = Arena.ofShared();
    private final List<UdpPort> ports;
    private final LinkChanges links;
    private final List<TunDevice> queues;
    private final Offloads offloads;
    private List<Loop> loops = List.of();
    private Optional<Mesh> mesh = Optional.empty();

    private DataPlane(
            DataPlaneSettings settings,
            List<UdpPort> ports,
            LinkChanges links,
            List<TunDevice> queues,
            DataPlaneListener listener) {
        this.settings = settings;
        this.ports = ports;
        this.links = links;
        this.queues = queues;
        this.offloads = new Offloads(settings.offloads(), Offloads.SelfTests.OF_THE_KERNEL, listener);
        this.listener = listener;
    }

    /**
     * Takes the device and the port, with CAP_NET_ADMIN.
     *
     * @throws LinuxException when something is missing or taken; the message says what
     */
    public static DataPlane open(DataPlaneSettings settings, DataPlaneListener listener) throws LinuxException {
        return open(settings, listener, DataPlane::prepare);
    }

    /** Makes devices as they are wanted, with so many queues. */
    @FunctionalInterface
    public interface DeviceMaker {
        List<TunDevice> make(Device wanted, int queues) throws LinuxException;
    }

    /** The same on other devices than the kernel's. */
    public static DataPlane open(DataPlaneSettings settings, DataPlaneListener listener, DeviceMaker devices)
            throws LinuxException {
        List<UdpPort> ports = UdpPort.bindGroup(settings.listen(), settings.loops());
        LinkChanges links = LinkChanges.open(settings.routeMessages());
        try {
            for (UdpPort port : ports) {
                port.set(settings.socket().options());
            }
            List<TunDevice> queues = settings.device().isPresent()
                    ? devices.make(settings.device().get(), settings.loops())
                    : List.of();
            return new DataPlane(settings, ports, links, queues, listener);
        } catch (LinuxException e) {
            links.close();
            ports.forEach(UdpPort::close);
            throw e;
        }
    }

    /** Makes the kernel's device, with its addresses and routes. */
    public static List<TunDevice> prepare(Device wanted, int queues) throws LinuxException {
        List<TunDevice> all = TunDevice.open(wanted.name(), queues);
        try {
            DeviceShape.prepare(all.getFirst().name(), wanted);
            return all;
        } catch (LinuxException e) {
            all.forEach(TunDevice::close);
            throw e;
        }
    }

    /** The UDP port that it listens on. */
    public int port() {
        return ports.getFirst().port();
    }

    /** How many event loops there are. */
    public int loops() {
        return ports.size();
    }

    /** What the device is called, when there is one. */
    public Optional<String> deviceName() {
        return queues.stream().findFirst().map(TunDevice::name);
    }

    /** Makes the mesh, which is given its output and the event loops. */
    @FunctionalInterface
    public interface MeshMaker {
        Mesh make(MeshOutput output, Loops loops);
    }

    /**
     * Makes the mesh, starts it, and lets packets flow.
     *
     * @param make called once, before this method returns
     * @param filters called once for each loop, by its number
     */
    public void start(MeshMaker make, IntFunction<? extends PacketFilter> filters) {
        offloads.receiveTogether(ports);
        boolean trains = offloads.sendTrains();
        Coalescer.Mode writes = queues.isEmpty() ? Coalescer.Mode.OFF : offloads.exchangeLarge(queues.getFirst());
        Ring[][] rings = rings();
        List<Crossings> crossings = new ArrayList<>();
        List<Loop> made = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            Counters counters = new Counters();
            crossings.add(new Crossings(i, rings[i], to -> made.get(to).nudge(), counters));
            int self = i;
            BytePath path = new BytePath(
                    arena,
                    new UdpSocket(arena, ports.get(i), settings.socket().batch(), counters, offloads, trains),
                    queues.isEmpty() ? Optional.empty() : Optional.of(queues.get(i)),
                    offloads,
                    writes,
                    filters.apply(i),
                    crossings.get(i),
                    IntStream.range(0, ports.size())
                            .filter(other -> other != self)
                            .mapToObj(other -> rings[other][self])
                            .toArray(Ring[]::new),
                    counters);
            made.add(new Loop(executor("loop-" + i), path, listener));
        }
        loops = List.copyOf(made);
        Mesh started = make.make(
                new MeshEffects(loops, crossings.getFirst(), listener), new MeshLoops(List.copyOf(crossings)));
        mesh = Optional.of(started);
        loops.forEach(loop -> loop.path().wire(arena, started, settings.routes()));
        loops.getFirst().heed(new MeshTimers(started));
        loops.getFirst().execute(started::start);
        askEach(this::watch);
    }

    private record MeshTimers(Mesh mesh) implements Loop.Timers {
        @Override
        public long nextDeadline() {
            return mesh.nextDeadline();
        }

        @Override
        public void advance(long now) {
            mesh.advance(now);
        }
    }

    private static IoEventLoop executor(String name) {
        ThreadFactory threads = task -> new Thread(task, name);
        return new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory()).next();
    }

    /** From each loop to each; none leads back to where it begins. */
    private Ring[][] rings() {
        int count = ports.size();
        Ring[][] rings = new Ring[count][count];
        for (int from = 0; from < count; from++) {
            for (int to = 0; to < count; to++) {
                if (from != to) {
                    rings[from][to] = new Ring(arena);
                }
            }
        }
        return rings;
    }

    private boolean watch(int i) {
        Loop loop = loops.get(i);
        BytePath path = loop.path();
        path.outgoing().ifPresent(outgoing -> loop.watch(queues.get(i).fd(), outgoing::read));
        loop.watch(ports.get(i).fd(), path::arrived);
        if (i == Loops.MESH) {
            loop.watch(links.fd(), _ -> {
                if (links.drain()) {
                    listener.linksChanged();
                }
            });
        }
        return true;
    }

    /** What {@link #execute} runs: the mesh, and the time on its clock. */
    @FunctionalInterface
    public interface MeshTask {
        void run(Mesh mesh, long now);
    }

    /** What {@link #ask} asks. */
    @FunctionalInterface
    public interface MeshQuestion<T> {
        T answer(Mesh mesh, long now);
    }

    /** Runs a task on the mesh's thread, soon. */
    public void execute(MeshTask task) {
        Mesh running = running();
        loops.getFirst().execute(now -> task.run(running, now));
    }

    /** Asks on the mesh's thread and waits for the answer; not to be called on that thread. */
    public <T> T ask(MeshQuestion<T> question) {
        Mesh running = running();
        return loops.getFirst().ask(now -> question.answer(running, now));
    }

    /** Asks each loop on its thread, by its number, and waits for the answers. */
    public <T> List<T> askEach(IntFunction<T> question) {
        List<T> answers = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            int self = i;
            answers.add(loops.get(i).ask(_ -> question.apply(self)));
        }
        return answers;
    }

    private Mesh running() {
        return mesh.orElseThrow(() -> new IllegalStateException("the data plane has not started"));
    }

    /** Sends packets by other routes from the next one on. */
    public void route(RouteTable table) {
        loops.forEach(loop -> loop.execute(_ -> loop.path().route(table)));
    }

    /**
     * Sets buffers and mark of the sockets.
     *
     * @throws LinuxException when the mark is not allowed
     */
    public void set(UdpPort.Options options) throws LinuxException {
        for (UdpPort port : ports) {
            port.set(options);
        }
    }

    /**
     * Gives the device another MTU and other routes.
     *
     * @param before what it is like now
     * @return what could not be done, one line each
     */
    public List<String> reshape(Device before, Device next) {
        return deviceName()
                .map(device -> DeviceShape.change(device, before, next))
                .orElse(List.of());
    }

    /** Memory and drops of each UDP socket, by the names of sock_diag(7). */
    public List<Map<String, Long>> socketMemory() throws LinuxException {
        List<Map<String, Long>> all = new ArrayList<>();
        for (UdpPort port : ports) {
            all.add(port.memory());
        }
        return all;
    }

    /** What it has done so far. */
    public DataPlaneCounters counters() {
        return askEach(i -> loops.get(i).path().counters()).stream()
                .reduce(DataPlaneCounters::plus)
                .orElseThrow();
    }

    /** Closes all tunnels, sends what that takes, and gives back device and port. */
    @Override
    public void close() {
        mesh.ifPresent(running -> loops.getFirst().ask(now -> {
            running.close(now);
            return true;
        }));
        // The last words of a tunnel cross to its owner, and from there to the owner of its relay.
        for (int crossing = 0; crossing < 2; crossing++) {
            loops.forEach(loop -> loop.ask(now -> loop.path().drain(now)));
        }
        loops.forEach(loop -> loop.stop(_ -> {}));
        loops.forEach(Loop::end);
        queues.forEach(TunDevice::close);
        links.close();
        ports.forEach(UdpPort::close);
        arena.close();
    }
}

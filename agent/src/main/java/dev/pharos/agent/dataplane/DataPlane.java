package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.linux.LinkChanges;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.MeshOutput;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Future;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The byte path of this host: one event loop that owns the TUN device, the UDP socket and the mesh.
 *
 * <p>{@link #open} takes the device and the port; {@link #start} makes the mesh and begins. From then on the mesh belongs
 * to the loop's thread: {@link #execute} and {@link #ask} reach it there.
 */
public final class DataPlane implements AutoCloseable {
    private final DataPlaneSettings settings;
    private final DataPlaneListener listener;
    private final Counters counters = new Counters();
    private final Arena arena = Arena.ofShared();
    private final IoEventLoop executor;
    private final UdpPort port;
    private final LinkChanges links;
    private final Optional<TunDevice> device;
    private final Offloads offloads;
    private Optional<Loop> loop = Optional.empty();
    private Optional<Routing> routing = Optional.empty();

    private DataPlane(
            DataPlaneSettings settings,
            UdpPort port,
            LinkChanges links,
            Optional<TunDevice> device,
            DataPlaneListener listener) {
        this.settings = settings;
        this.port = port;
        this.links = links;
        this.device = device;
        this.offloads = new Offloads(settings.offloads(), listener);
        this.listener = listener;
        ThreadFactory threads = task -> new Thread(task, "loop-0");
        executor = new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory()).next();
    }

    /**
     * Takes the device and the port, with CAP_NET_ADMIN.
     *
     * @throws LinuxException when something is missing or taken; the message says what
     */
    public static DataPlane open(DataPlaneSettings settings, DataPlaneListener listener) throws LinuxException {
        return open(settings, listener, DataPlane::prepare);
    }

    /** Makes devices as they are wanted. */
    @FunctionalInterface
    public interface DeviceMaker {
        TunDevice make(Device wanted) throws LinuxException;
    }

    /** The same on other devices than the kernel's. */
    public static DataPlane open(DataPlaneSettings settings, DataPlaneListener listener, DeviceMaker devices)
            throws LinuxException {
        UdpPort port = UdpPort.bind(settings.listen(), UdpPort.Sharing.ALONE);
        LinkChanges links = LinkChanges.open(settings.routeMessages());
        try {
            port.set(settings.socket().options());
            Optional<TunDevice> device = settings.device().isPresent()
                    ? Optional.of(devices.make(settings.device().get()))
                    : Optional.empty();
            return new DataPlane(settings, port, links, device, listener);
        } catch (LinuxException e) {
            links.close();
            port.close();
            throw e;
        }
    }

    /** Makes the kernel's device, with its addresses and routes. */
    public static TunDevice prepare(Device wanted) throws LinuxException {
        TunDevice device = TunDevice.open(wanted.name());
        try {
            DeviceShape.prepare(device.name(), wanted);
            return device;
        } catch (LinuxException e) {
            device.close();
            throw e;
        }
    }

    /** The UDP port that it listens on. */
    public int port() {
        return port.port();
    }

    /** What the device is called, when there is one. */
    public Optional<String> deviceName() {
        return device.map(TunDevice::name);
    }

    /**
     * Makes the mesh, which is given its output, starts it, and lets packets flow.
     *
     * @param make called once, before this method returns
     */
    public void start(Function<MeshOutput, Mesh> make, PacketFilter filter) {
        offloads.receiveTogether(port);
        UdpSocket socket = new UdpSocket(arena, port, settings.socket().batch(), counters, offloads);
        Outbox outbox = new Outbox(arena, socket, filter, counters);
        Optional<TunQueue> queue = device.map(tun -> new TunQueue(arena, tun, counters));
        Delivery delivery = queue.isPresent()
                ? new Delivery.ToDevice(new Coalescer(arena, queue.get(), offloads.exchangeLarge(device.orElseThrow())))
                : new EchoResponder(outbox);
        Inbox inbox = new Inbox(arena, filter, delivery, outbox, counters);
        Mesh mesh = make.apply(new MeshEffects(outbox, inbox, filter, listener));
        AddressCache addresses = new AddressCache();
        Incoming incoming = new Incoming(socket, mesh, inbox, outbox, addresses, counters);
        Routing routes = new Routing(settings.routes(), mesh);
        Loop started = new Loop(executor, mesh, inbox, outbox, listener);
        loop = Optional.of(started);
        routing = Optional.of(routes);
        await(executor.submit(() -> {
            queue.ifPresent(tun -> {
                Outgoing outgoing = new Outgoing(arena, tun, outbox, inbox, mesh, filter, addresses, routes, counters);
                started.watch(tun.fd(), outgoing::read);
            });
            started.watch(port.fd(), incoming::read);
            started.watch(links.fd(), _ -> {
                if (links.drain()) {
                    listener.linksChanged();
                }
            });
            started.start();
        }));
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

    /** Runs a task on the loop's thread, soon. */
    public void execute(MeshTask task) {
        Loop running = running();
        executor.execute(() -> running.turn(now -> task.run(running.mesh(), now)));
    }

    /** Asks on the loop's thread and waits for the answer; not to be called on that thread. */
    public <T> T ask(MeshQuestion<T> question) {
        Loop running = running();
        return await(executor.submit((Callable<T>) () -> running.ask(question)));
    }

    private Loop running() {
        return loop.orElseThrow(() -> new IllegalStateException("the data plane has not started"));
    }

    /** Sends packets by other routes from the next one on. */
    public void route(RouteTable table) {
        routing.ifPresent(routes -> executor.execute(() -> routes.change(table)));
    }

    /**
     * Sets buffers and mark of the socket.
     *
     * @throws LinuxException when the mark is not allowed
     */
    public void set(UdpPort.Options options) throws LinuxException {
        port.set(options);
    }

    /**
     * Gives the device another MTU and other routes.
     *
     * @param before what it is like now
     * @return what could not be done, one line each
     */
    public List<String> reshape(Device before, Device next) {
        return device.map(tun -> DeviceShape.change(tun.name(), before, next)).orElse(List.of());
    }

    /** Memory and drops of the UDP socket, by the names of sock_diag(7). */
    public Map<String, Long> socketMemory() throws LinuxException {
        return port.memory();
    }

    /** What it has done so far. */
    public DataPlaneCounters counters() {
        return await(executor.submit(counters::snapshot));
    }

    /** Closes all tunnels, sends what that takes, and gives back device and port. */
    @Override
    public void close() {
        loop.ifPresent(running -> await(executor.submit(running::stop)));
        executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        device.ifPresent(TunDevice::close);
        links.close();
        port.close();
        arena.close();
    }

    private static <T> T await(Future<T> future) {
        return future.syncUninterruptibly().getNow();
    }
}

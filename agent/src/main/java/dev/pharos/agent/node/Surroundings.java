package dev.pharos.agent.node;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NameLookup;
import dev.pharos.agent.dataplane.DataPlane;
import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.linux.DefaultRoutes;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.MeshSettings;
import dev.pharos.protocol.UnderlayEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the mesh informed of the machine around it: what DNS names stand for, the machine's addresses and routes, the wall
 * clock. A thread of its own asks, as all of that may block; the mesh never waits for it.
 */
final class Surroundings {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final DataPlane plane;
    private final Supplier<NodeSettings> settings;
    private final UnderlayEndpoint listen;
    private final InstantSource wall;
    private final EventLog log;
    private final Runnable onMove;

    /** The machine's links, the meaning of a name, or our settings changed. */
    private final Semaphore wake;

    private final Resolver resolver;
    private final Thread thread;
    private volatile boolean lookUpSoon = true;
    private volatile List<GatewayRoute> learned = List.of();
    private List<UnderlayEndpoint> locals = List.of();
    private List<String> defaultRoutes = List.of();
    private List<String> lastUnresolved = List.of();

    /**
     * @param settings those in force
     * @param listen the address of our socket
     * @param wake released when links of the machine changed
     * @param onMove told when the machine's addresses, or the ways out of it, changed
     */
    Surroundings(
            DataPlane plane,
            Supplier<NodeSettings> settings,
            UnderlayEndpoint listen,
            InstantSource wall,
            EventLog log,
            Semaphore wake,
            Runnable onMove) {
        this.plane = plane;
        this.settings = settings;
        this.listen = listen;
        this.wall = wall;
        this.log = log;
        this.wake = wake;
        this.onMove = onMove;
        resolver = new Resolver(wake::release);
        thread = Thread.ofVirtual().name("surroundings").unstarted(this::watch);
    }

    /** Tells the mesh our addresses, and from now on whatever changes. */
    void start() {
        readLocals();
        thread.start();
    }

    void stop() {
        thread.interrupt();
    }

    /** The settings in force are others: their names are looked up soon. */
    void settingsChanged() {
        lookUpSoon = true;
        wake.release();
    }

    /** What the mesh is told, with names as they resolve now. */
    MeshSettings meshSettings() {
        return settings.get().mesh(resolver, plane.port());
    }

    /** What this stands for now. */
    List<UnderlayEndpoint> endpoints(HostPort endpoint) {
        return resolver.endpoints(List.of(endpoint), NameLookup.Family.IP);
    }

    /** Tells the byte path the routes of the settings, and those learned from the kernel. */
    void route() {
        NodeSettings now = settings.get();
        plane.route(now.routes().table(now.identity().networks(), learned));
    }

    /** A start, and a change of settings, never wait for a name server. */
    private void watch() {
        long nextLookUp = BootClock.nanos();
        try {
            learnRoutes();
            while (true) {
                if (lookUpSoon || BootClock.nanos() >= nextLookUp) {
                    lookUpSoon = false;
                    nextLookUp = BootClock.nanos() + lookUp().toNanos();
                }
                applyNames();
                long patience = Math.min(INTERVAL.toNanos(), nextLookUp - BootClock.nanos());
                boolean asked = wake.tryAcquire(patience, TimeUnit.NANOSECONDS);
                wake.drainPermits();
                if (asked) {
                    learnRoutes();
                    if (readLocals()) {
                        onMove.run();
                    }
                }
                plane.execute((mesh, now) -> mesh.wallClock(now, wall.instant()));
            }
        } catch (InterruptedException e) {
            log.debug("surroundings no longer watched");
        }
    }

    /** Returns after which time names are to be looked up again. */
    private Duration lookUp() throws InterruptedException {
        NodeSettings now = settings.get();
        resolver.lookUp(now.hostPorts(), now.lookup().timeout());
        return now.lookup().interval();
    }

    private void applyNames() {
        if (resolver.takeNews()) {
            plane.execute((mesh, now) -> mesh.reconfigure(now, meshSettings()));
        }
        List<String> unresolved = resolver.unresolved();
        if (!unresolved.equals(lastUnresolved)) {
            lastUnresolved = unresolved;
            log.info("names without an address", "names", unresolved);
        }
    }

    private void learnRoutes() {
        if (settings.get().routes().system().isEmpty() || plane.deviceName().isEmpty()) {
            return;
        }
        try {
            List<GatewayRoute> now = LearnedRoutes.read(
                    plane.deviceName().get(), settings.get().identity().networks());
            if (!now.equals(learned)) {
                learned = now;
                log.info("routes learned", "routes", now);
                route();
            }
        } catch (LinuxException e) {
            log.warning("routes not read", "cause", e.getMessage());
        }
    }

    /** Returns whether this machine's addresses, or the ways out of it, are others than before. */
    private boolean readLocals() {
        try {
            List<UnderlayEndpoint> now = LocalEndpoints.read(settings.get(), listen, plane.deviceName());
            List<String> routes = DefaultRoutes.read();
            boolean moved = !now.equals(locals);
            boolean rerouted = !routes.equals(defaultRoutes);
            locals = now;
            defaultRoutes = routes;
            if (moved) {
                log.debug("own endpoints", "endpoints", now);
                plane.execute((mesh, time) -> mesh.localEndpoints(time, now));
            } else if (rerouted) {
                log.debug("default routes", "routes", routes);
                plane.execute(Mesh::moved);
            }
            return moved || rerouted;
        } catch (IOException e) {
            log.warning("own addresses not read", "cause", e.getMessage());
            return false;
        }
    }
}

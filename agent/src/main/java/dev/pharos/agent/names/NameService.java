package dev.pharos.agent.names;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.StateFile;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.NamesPart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the names of the network on this host, and tells its resolver so, until it ends. */
public final class NameService implements AutoCloseable {
    private static final int PORT = 53;

    private final EventLog log;
    private final @Nullable HostResolver resolver;
    private @Nullable NameServer server;
    private volatile List<String> unmet = List.of();

    /**
     * With the resolver that this machine has, if it is ours to tell.
     *
     * @param kept how the resolver was before, while it is changed
     */
    public NameService(StateFile<ResolverRecord> kept, EventLog log) {
        this(Resolvers.choose(kept, log), log);
    }

    NameService(@Nullable HostResolver resolver, EventLog log) {
        this.resolver = resolver;
        this.log = log;
    }

    /**
     * Answers these names from now on.
     *
     * @param device of the overlay
     * @param overlay this host's addresses, each with its network; names are answered on the first
     */
    public synchronized void apply(NamesPart names, String device, List<VpnPrefix> overlay) {
        if (names.zone().isEmpty() || device.isEmpty() || overlay.isEmpty()) {
            close();
            return;
        }
        try {
            OverlayZone zone = new OverlayZone(names.zone().get(), names, overlay);
            InetAddress address =
                    InetAddress.getByAddress(overlay.getFirst().address().toBytes());
            answer(zone, address);
            tell(zone, address, device);
            unmet = List.of();
        } catch (AgentException | IOException e) {
            log.error("names of the network are not known on this machine", "why", e.getMessage());
            unmet = List.of("names of the network are not known on this machine: " + e.getMessage());
        }
    }

    private void answer(OverlayZone zone, InetAddress address) throws AgentException {
        NameServer running = server;
        if (running != null && running.address().getAddress().equals(address)) {
            running.change(zone);
            return;
        }
        if (running != null) {
            running.close();
            server = null;
        }
        HostResolver told = resolver;
        server = NameServer.start(
                new InetSocketAddress(address, PORT),
                zone,
                new Upstreams(told == null ? List::of : told::upstreams, log),
                log);
    }

    private void tell(OverlayZone zone, InetAddress address, String device) throws IOException {
        HostResolver told = resolver;
        if (told != null) {
            told.set(new HostResolver.Wish(device, address, zone.name(), zone.reverseZones()));
        }
    }

    /** What was asked of this machine and does not work, in words. */
    public List<String> unmet() {
        return unmet;
    }

    /** Questions that were turned away since names are answered, as there were too many at once. */
    public synchronized long turnedAway() {
        NameServer running = server;
        return running == null ? 0 : running.turnedAway();
    }

    /** First the resolver forgets us, then we fall silent. */
    @Override
    public synchronized void close() {
        HostResolver told = resolver;
        try {
            if (told != null) {
                told.close();
            }
        } catch (IOException e) {
            log.error("the resolver is not put back as it was", "why", e.getMessage());
        }
        NameServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }
}

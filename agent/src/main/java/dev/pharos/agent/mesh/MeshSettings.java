package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that the mesh is told, one record per area. Immutable; {@link Mesh#reconfigure} brings the next one.
 *
 * @param identity who we are and whom we trust
 */
public record MeshSettings(
        Identity identity,
        Discovery discovery,
        Relaying relaying,
        Punching punching,
        HandshakePacing handshakes,
        TunnelTimers timers,
        Underlay underlay) {

    /** An ordinary host: defaults in every area but these two. */
    public static MeshSettings of(Identity identity, Discovery discovery) {
        return new MeshSettings(
                identity,
                discovery,
                Relaying.DEFAULT,
                Punching.DEFAULT,
                HandshakePacing.DEFAULT,
                TunnelTimers.DEFAULT,
                Underlay.DEFAULT);
    }

    public MeshSettings withDiscovery(Discovery changed) {
        return new MeshSettings(identity, changed, relaying, punching, handshakes, timers, underlay);
    }

    public MeshSettings withIdentity(Identity changed) {
        return new MeshSettings(changed, discovery, relaying, punching, handshakes, timers, underlay);
    }

    public MeshSettings withRelaying(Relaying changed) {
        return new MeshSettings(identity, discovery, changed, punching, handshakes, timers, underlay);
    }

    public MeshSettings withPunching(Punching changed) {
        return new MeshSettings(identity, discovery, relaying, changed, handshakes, timers, underlay);
    }

    public MeshSettings withHandshakes(HandshakePacing changed) {
        return new MeshSettings(identity, discovery, relaying, punching, changed, timers, underlay);
    }

    public MeshSettings withTimers(TunnelTimers changed) {
        return new MeshSettings(identity, discovery, relaying, punching, handshakes, changed, underlay);
    }

    public MeshSettings withUnderlay(Underlay changed) {
        return new MeshSettings(identity, discovery, relaying, punching, handshakes, timers, changed);
    }

    public enum LighthouseRole {
        /** Asks lighthouses. */
        CLIENT,
        /** Answers hosts; asks no lighthouse itself. */
        SERVER
    }

    public enum RelayRole {
        /** Forwards for nobody. */
        NONE,
        /** Forwards between its peers, and uses no relay itself. */
        FORWARDS
    }

    /** Whether this host reaches peers through relays. */
    public enum RelayUse {
        ALLOWED,
        FORBIDDEN
    }

    /**
     * How peers are found.
     *
     * @param staticHosts endpoints known beforehand; every lighthouse needs an entry
     * @param lighthouses overlay addresses; of a server's own kind none
     * @param updateInterval how often lighthouses are told where we are, {@code lighthouse.interval}; zero for only on
     *     changes
     * @param advertise endpoints to announce before our own interfaces' ones
     */
    public record Discovery(
            Map<VpnAddress, List<UnderlayEndpoint>> staticHosts,
            Set<VpnAddress> lighthouses,
            LighthouseRole role,
            Duration updateInterval,
            List<UnderlayEndpoint> advertise) {
        public static final Duration UPDATE_INTERVAL = Duration.ofSeconds(10);

        public Discovery {
            staticHosts = Map.copyOf(staticHosts);
            lighthouses = Set.copyOf(lighthouses);
            advertise = List.copyOf(advertise);
        }

        /** A client of these lighthouses, one endpoint list each. */
        public static Discovery client(Map<VpnAddress, List<UnderlayEndpoint>> lighthouses) {
            return new Discovery(lighthouses, lighthouses.keySet(), LighthouseRole.CLIENT, UPDATE_INTERVAL, List.of());
        }

        public static Discovery lighthouse() {
            return new Discovery(Map.of(), Set.of(), LighthouseRole.SERVER, UPDATE_INTERVAL, List.of());
        }
    }

    /**
     * Relays, in all roles.
     *
     * @param advertised relays by which others may reach us, {@code relay.relays}
     */
    public record Relaying(RelayRole role, List<VpnAddress> advertised, RelayUse use) {
        public static final Relaying DEFAULT = new Relaying(RelayRole.NONE, List.of(), RelayUse.ALLOWED);

        public Relaying {
            advertised = List.copyOf(advertised);
        }
    }

    /**
     * Opening NATs towards peers, {@code punchy.*}.
     *
     * @param keepAlive whether idle tunnels are kept open in NATs on the way
     * @param delay a second volley follows the first one, which is sent at once, after this time
     * @param respond whether a peer that asked for us is also sent a handshake of ours, after {@code respondDelay}
     */
    public record Punching(boolean keepAlive, Duration delay, boolean respond, Duration respondDelay) {
        public static final Punching DEFAULT = new Punching(true, Duration.ofSeconds(1), true, Duration.ofMillis(200));
    }

    /**
     * How patiently a peer is called.
     *
     * @param tryInterval attempt n is followed by a wait of n times this, at most five times
     * @param retries attempts before a handshake is given up
     */
    public record HandshakePacing(Duration tryInterval, int retries) {
        public static final HandshakePacing DEFAULT = new HandshakePacing(Duration.ofMillis(100), 12);
    }

    /** What happens to an inactive tunnel. */
    public enum Inactivity {
        KEEP,
        DROP
    }

    /** What becomes of a tunnel whose peer's certificate runs out. */
    public enum OnInvalid {
        DISCONNECT,
        KEEP
    }

    /**
     * The life of tunnels.
     *
     * @param keepAlive an idle tunnel sends something this often
     * @param dead a tunnel whose peer is silent for so long, although it was probed, is dropped
     * @param inactivity whether, after {@code inactive} without data, a tunnel is closed
     */
    public record TunnelTimers(
            Duration keepAlive, Duration dead, Inactivity inactivity, Duration inactive, OnInvalid onInvalid) {
        public static final TunnelTimers DEFAULT = new TunnelTimers(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Inactivity.KEEP,
                Duration.ofMinutes(10),
                OnInvalid.DISCONNECT);
    }

    /** To whom "I do not know this index" is said, {@code listen.send_recv_error}. */
    public enum RecvErrors {
        ALWAYS,
        PRIVATE,
        NEVER
    }

    /** Which underlay addresses may be used, {@code remote_allow_list} and its like. */
    @FunctionalInterface
    public interface UnderlayFilter {
        boolean allows(UnderlayEndpoint endpoint);
    }

    /**
     * The network beneath.
     *
     * @param listenPort the UDP port of our socket, announced with our own addresses; 0 as long as there is none
     * @param preferred ranges whose endpoints are tried first
     * @param remotes endpoints that may be spoken to
     * @param locals own endpoints that may be announced
     */
    public record Underlay(
            int listenPort,
            List<VpnPrefix> preferred,
            UnderlayFilter remotes,
            UnderlayFilter locals,
            RecvErrors sendRecvErrors) {
        public static final Underlay DEFAULT =
                new Underlay(0, List.of(), endpoint -> true, endpoint -> true, RecvErrors.ALWAYS);

        public Underlay {
            preferred = List.copyOf(preferred);
        }

        public Underlay withListenPort(int port) {
            return new Underlay(port, preferred, remotes, locals, sendRecvErrors);
        }
    }
}

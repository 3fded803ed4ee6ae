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
        Promotion promotion,
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
                Promotion.DEFAULT,
                Underlay.DEFAULT);
    }

    public MeshSettings withDiscovery(Discovery changed) {
        return new MeshSettings(identity, changed, relaying, punching, handshakes, timers, promotion, underlay);
    }

    public MeshSettings withIdentity(Identity changed) {
        return new MeshSettings(changed, discovery, relaying, punching, handshakes, timers, promotion, underlay);
    }

    public MeshSettings withRelaying(Relaying changed) {
        return new MeshSettings(identity, discovery, changed, punching, handshakes, timers, promotion, underlay);
    }

    public MeshSettings withPunching(Punching changed) {
        return new MeshSettings(identity, discovery, relaying, changed, handshakes, timers, promotion, underlay);
    }

    public MeshSettings withHandshakes(HandshakePacing changed) {
        return new MeshSettings(identity, discovery, relaying, punching, changed, timers, promotion, underlay);
    }

    public MeshSettings withTimers(TunnelTimers changed) {
        return new MeshSettings(identity, discovery, relaying, punching, handshakes, changed, promotion, underlay);
    }

    public MeshSettings withPromotion(Promotion changed) {
        return new MeshSettings(identity, discovery, relaying, punching, handshakes, timers, changed, underlay);
    }

    public MeshSettings withUnderlay(Underlay changed) {
        return new MeshSettings(identity, discovery, relaying, punching, handshakes, timers, promotion, changed);
    }

    public enum LighthouseRole {
        /** Asks lighthouses. */
        CLIENT,
        /** Answers hosts; of the other lighthouses it is a client like any host. */
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
     * @param lighthouses overlay addresses of those to report to and ask; a lighthouse lists the other ones here
     * @param updateInterval how often lighthouses are told where we are, {@code lighthouse.interval}; zero for only on
     *     changes
     * @param advertise endpoints to announce before our own interfaces' ones, {@code lighthouse.advertise_addrs}; port
     *     0 stands for the one listened on
     * @param calculated guesses where peers are, {@code lighthouse.calculated_remotes}; those of the most specific range
     *     that contains a peer are tried
     */
    public record Discovery(
            Map<VpnAddress, List<UnderlayEndpoint>> staticHosts,
            Set<VpnAddress> lighthouses,
            LighthouseRole role,
            Duration updateInterval,
            List<UnderlayEndpoint> advertise,
            List<CalculatedRemote> calculated) {
        public static final Duration UPDATE_INTERVAL = Duration.ofSeconds(10);

        public Discovery {
            staticHosts = Map.copyOf(staticHosts);
            lighthouses = Set.copyOf(lighthouses);
            advertise = List.copyOf(advertise);
            calculated = List.copyOf(calculated);
        }

        /** A client of these lighthouses, one endpoint list each. */
        public static Discovery client(Map<VpnAddress, List<UnderlayEndpoint>> lighthouses) {
            return new Discovery(
                    lighthouses, lighthouses.keySet(), LighthouseRole.CLIENT, UPDATE_INTERVAL, List.of(), List.of());
        }

        /** A lighthouse that knows of no other. */
        public static Discovery lighthouse() {
            return lighthouse(Map.of());
        }

        /** A lighthouse that registers with these others. */
        public static Discovery lighthouse(Map<VpnAddress, List<UnderlayEndpoint>> others) {
            return new Discovery(others, others.keySet(), LighthouseRole.SERVER, UPDATE_INTERVAL, List.of(), List.of());
        }

        /** Where a peer is by {@link #calculated}. */
        List<UnderlayEndpoint> guesses(VpnAddress peer) {
            int longest = calculated.stream()
                    .filter(one -> one.overlay().contains(peer))
                    .mapToInt(one -> one.overlay().length())
                    .max()
                    .orElse(-1);
            return calculated.stream()
                    .filter(one -> one.overlay().length() == longest)
                    .flatMap(one -> one.of(peer).stream())
                    .toList();
        }

        public Discovery withStaticHosts(Map<VpnAddress, List<UnderlayEndpoint>> changed) {
            return new Discovery(changed, lighthouses, role, updateInterval, advertise, calculated);
        }

        public Discovery withCalculated(List<CalculatedRemote> changed) {
            return new Discovery(staticHosts, lighthouses, role, updateInterval, advertise, changed);
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
     * @param targets to which of a peer's endpoints keep-alives go, {@code punchy.target_all_remotes}
     */
    public record Punching(
            boolean keepAlive, Duration delay, boolean respond, Duration respondDelay, PunchTargets targets) {
        public static final Punching DEFAULT =
                new Punching(true, Duration.ofSeconds(1), true, Duration.ofMillis(200), PunchTargets.CURRENT);
    }

    /** Where keep-alives go. */
    public enum PunchTargets {
        /** To the endpoint in use. */
        CURRENT,
        /** To every endpoint of the peer that is known. */
        ALL
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

    /**
     * How a busy tunnel whose path is not in a preferred range gets there.
     *
     * @param tryEveryPackets preferred endpoints are tried after so many packets sent, {@code counters.try_promote}; 0
     *     for never, here and in the next one
     * @param requeryEveryPackets lighthouses are asked again after so many, {@code counters.requery_every_packets}
     * @param requeryWait but no sooner than this after the last time, {@code timers.requery_wait_duration}
     */
    public record Promotion(long tryEveryPackets, long requeryEveryPackets, Duration requeryWait) {
        public static final Promotion DEFAULT = new Promotion(1000, 5000, Duration.ofSeconds(60));
    }

    /** Between whom "I do not know this index" is said, or heeded. */
    public enum RecvErrors {
        ALWAYS,
        /** With private underlay addresses only. */
        PRIVATE,
        NEVER
    }

    /**
     * The network beneath.
     *
     * @param listenPort the UDP port of our socket, announced with our own addresses; 0 as long as there is none
     * @param preferred ranges whose endpoints are tried first, and moved to, {@code preferred_ranges}
     * @param remotes endpoints that peers may be at
     * @param locals own endpoints that may be announced
     * @param sendRecvErrors to whom it is said that an index is unknown, {@code listen.send_recv_error}
     * @param acceptRecvErrors from whom such a hint is heeded, {@code listen.accept_recv_error}
     */
    public record Underlay(
            int listenPort,
            List<VpnPrefix> preferred,
            RemoteAllowList remotes,
            LocalAllowList locals,
            RecvErrors sendRecvErrors,
            RecvErrors acceptRecvErrors) {
        public static final Underlay DEFAULT = new Underlay(
                0, List.of(), RemoteAllowList.ALL, LocalAllowList.ALL, RecvErrors.ALWAYS, RecvErrors.ALWAYS);

        public Underlay {
            preferred = List.copyOf(preferred);
        }

        public Underlay withPreferred(List<VpnPrefix> changed) {
            return new Underlay(listenPort, changed, remotes, locals, sendRecvErrors, acceptRecvErrors);
        }

        public Underlay withRemotes(RemoteAllowList changed) {
            return new Underlay(listenPort, preferred, changed, locals, sendRecvErrors, acceptRecvErrors);
        }

        public Underlay withLocals(LocalAllowList changed) {
            return new Underlay(listenPort, preferred, remotes, changed, sendRecvErrors, acceptRecvErrors);
        }

        public Underlay withListenPort(int port) {
            return new Underlay(port, preferred, remotes, locals, sendRecvErrors, acceptRecvErrors);
        }
    }
}

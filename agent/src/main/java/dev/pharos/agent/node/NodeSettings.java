package dev.pharos.agent.node;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NameLookup;
import dev.pharos.agent.config.ServiceSettings;
import dev.pharos.agent.dataplane.DataPlaneSettings;
import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.DataPlaneSettings.Socket;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.mesh.CalculatedRemote;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings;
import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.agent.mesh.MeshSettings.Underlay;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a node is told, wherever it comes from. DNS names are still names here.
 *
 * @param staticHosts where hosts are on the underlay
 * @param advertise endpoints to announce; port 0 stands for the one listened on
 * @param lookup how DNS names are looked up
 * @param listen an address of the machine or a name of one; port 0 for any
 * @param underlay whose port is filled in once there is a socket
 * @param names overlay addresses of hosts by name, as far as they are known
 * @param loops event loops, see {@link EventLoops}
 * @param services name server, metrics and debug console
 */
record NodeSettings(
        Identity identity,
        LighthouseRole role,
        Set<VpnAddress> lighthouses,
        Duration updateInterval,
        Map<VpnAddress, List<HostPort>> staticHosts,
        List<HostPort> advertise,
        NameLookup lookup,
        List<CalculatedRemote> calculated,
        Relaying relaying,
        Punching punching,
        HandshakePacing handshakes,
        TunnelTimers timers,
        Promotion promotion,
        HostPort listen,
        Socket socket,
        Underlay underlay,
        Optional<Device> device,
        Set<Offload> offloads,
        int loops,
        RouteSettings routes,
        FirewallRules rules,
        ConnectionLimits connections,
        Map<String, VpnAddress> names,
        ServiceSettings services) {

    /** Every host and port that may be a name. */
    Set<HostPort> hostPorts() {
        Set<HostPort> all = new HashSet<>(advertise);
        staticHosts.values().forEach(all::addAll);
        return all;
    }

    /** What the mesh is told, with names as they resolve now. */
    MeshSettings mesh(Resolver resolver, int listenPort) {
        Map<VpnAddress, List<UnderlayEndpoint>> hosts = new HashMap<>();
        staticHosts.forEach((address, endpoints) -> hosts.put(address, resolver.endpoints(endpoints, lookup.family())));
        return new MeshSettings(
                identity,
                new Discovery(
                        hosts,
                        lighthouses,
                        role,
                        updateInterval,
                        resolver.endpoints(advertise, NameLookup.Family.IP),
                        calculated),
                relaying,
                punching,
                handshakes,
                timers,
                promotion,
                underlay.withListenPort(listenPort));
    }

    /** What the byte path is told. */
    DataPlaneSettings dataPlane(UnderlayEndpoint address) {
        return new DataPlaneSettings(
                device,
                address,
                socket,
                offloads,
                loops,
                routes.table(identity.networks(), List.of()),
                routes.system().orElse(0));
    }

    /** A tunnel through the tunnels would only look as if it worked. */
    boolean isOverlay(UnderlayEndpoint endpoint) {
        VpnAddress address = new VpnAddress(endpoint.high(), endpoint.low());
        return identity.networks().stream().anyMatch(network -> network.contains(address));
    }

    /** Whether device or socket have to be made anew to get from here to there. */
    boolean needsRestartFor(NodeSettings next) {
        return !canKeepDevice(next)
                || !listen.equals(next.listen)
                || socket.batch() != next.socket.batch()
                || !offloads.equals(next.offloads)
                || loops != next.loops
                || !routes.system().equals(next.routes.system())
                || identity.cipher() != next.identity.cipher();
    }

    private boolean canKeepDevice(NodeSettings next) {
        return (device.isPresent() && next.device.isPresent())
                ? device.get().canBecome(next.device.get())
                : device.isEmpty() && next.device.isEmpty();
    }

    static LocalHost localHost(Identity identity) {
        return new LocalHost(
                identity.networks(),
                identity.certificates().stream()
                        .flatMap(certificate -> certificate.unsafeNetworks().stream())
                        .toList());
    }
}

package dev.pharos.agent.node;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.ServiceSettings;
import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.LocalAllowList;
import dev.pharos.agent.mesh.MeshSettings;
import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.agent.mesh.MeshSettings.Underlay;
import dev.pharos.agent.mesh.RemoteAllowList;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
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
 * @param resolveInterval how often DNS names are looked up again
 * @param names overlay addresses of hosts by name, as far as they are known
 * @param services name server, metrics and debug console
 */
record NodeSettings(
        Identity identity,
        LighthouseRole role,
        Set<VpnAddress> lighthouses,
        Duration updateInterval,
        Map<VpnAddress, List<HostPort>> staticHosts,
        List<HostPort> advertise,
        Duration resolveInterval,
        Relaying relaying,
        Punching punching,
        HandshakePacing handshakes,
        TunnelTimers timers,
        UnderlayEndpoint listen,
        List<VpnPrefix> preferred,
        RecvErrors sendRecvErrors,
        Optional<Device> device,
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
        staticHosts.forEach((address, endpoints) -> hosts.put(address, resolver.endpoints(endpoints)));
        return new MeshSettings(
                identity,
                new Discovery(hosts, lighthouses, role, updateInterval, resolver.endpoints(advertise), List.of()),
                relaying,
                punching,
                handshakes,
                timers,
                Promotion.DEFAULT,
                new Underlay(
                        listenPort,
                        preferred,
                        RemoteAllowList.ALL,
                        LocalAllowList.ALL,
                        sendRecvErrors,
                        RecvErrors.ALWAYS));
    }

    /** A tunnel through the tunnels would only look as if it worked. */
    boolean isOverlay(UnderlayEndpoint endpoint) {
        VpnAddress address = new VpnAddress(endpoint.high(), endpoint.low());
        return identity.networks().stream().anyMatch(network -> network.contains(address));
    }

    /** Whether device or socket have to be made anew to get from here to there. */
    boolean needsRestartFor(NodeSettings next) {
        return !device.equals(next.device)
                || !listen.equals(next.listen)
                || identity.cipher() != next.identity.cipher();
    }

    static LocalHost localHost(Identity identity) {
        return new LocalHost(
                identity.networks(),
                identity.certificates().stream()
                        .flatMap(certificate -> certificate.unsafeNetworks().stream())
                        .toList());
    }
}

package dev.pharos.agent.node;

import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.config.TunSettings;
import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.linux.NetworkInterfaces.Route;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A Nebula configuration file as the settings of a node. */
final class NebulaNode {
    private NebulaNode() {}

    static NodeSettings settings(NebulaConfig config) {
        Identity identity = config.identity();
        return new NodeSettings(
                identity,
                config.lighthouse().serve() ? LighthouseRole.SERVER : LighthouseRole.CLIENT,
                config.lighthouse().serve()
                        ? Set.of()
                        : Set.copyOf(config.lighthouse().hosts()),
                config.lighthouse().interval(),
                config.lighthouse().staticHosts(),
                config.lighthouse().advertise(),
                config.lighthouse().resolveInterval(),
                config.relaying(),
                config.punching(),
                config.timing().handshakes(),
                config.timing().tunnels(),
                config.listen().endpoint(),
                config.preferredRanges(),
                config.listen().sendRecvErrors(),
                device(config.tun(), identity),
                new FirewallRules(
                        NodeSettings.localHost(identity),
                        config.firewall().inbound(),
                        config.firewall().outbound(),
                        config.firewall().unset()),
                config.firewall().connections(),
                Map.of(),
                config.services());
    }

    private static Optional<Device> device(TunSettings tun, Identity identity) {
        if (tun.disabled()) {
            return Optional.empty();
        }
        List<Route> routes = tun.routes().stream()
                .map(route ->
                        new Route(route.range(), OptionalInt.of(route.mtu()), OptionalInt.empty(), Optional.empty()))
                .toList();
        return Optional.of(
                new Device(tun.device(), tun.mtu(), tun.txQueue(), List.copyOf(identity.networks()), routes));
    }
}

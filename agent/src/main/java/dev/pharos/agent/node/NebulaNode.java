package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.config.TunSettings;
import dev.pharos.agent.config.TunSettings.UnsafeRoute;
import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.dataplane.DataPlaneSettings.Socket;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.linux.NetworkInterfaces.Route;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.Underlay;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** A Nebula configuration file as the settings of a node. */
final class NebulaNode {
    private NebulaNode() {}

    static NodeSettings settings(NebulaConfig config) throws AgentException {
        Identity identity = config.identity();
        return new NodeSettings(
                identity,
                config.lighthouse().serve() ? LighthouseRole.SERVER : LighthouseRole.CLIENT,
                Set.copyOf(config.lighthouse().hosts()),
                config.lighthouse().interval(),
                config.lighthouse().staticHosts(),
                config.lighthouse().advertise(),
                config.lighthouse().lookup(),
                config.lighthouse().calculated(),
                config.relaying(),
                config.punching(),
                config.timing().handshakes(),
                config.timing().tunnels(),
                config.timing().promotion(),
                config.listen().where(),
                new Socket(config.listen().batch(), config.listen().options()),
                new Underlay(
                        0,
                        config.preferredRanges(),
                        config.lighthouse().remotes(),
                        config.lighthouse().locals(),
                        config.listen().sendRecvErrors(),
                        config.listen().acceptRecvErrors()),
                device(config.tun(), identity),
                offloads(config),
                EventLoops.number(config.routines()),
                routes(config.tun()),
                new FirewallRules(
                        NodeSettings.localHost(identity),
                        config.firewall().inbound(),
                        config.firewall().outbound(),
                        config.firewall().unset(),
                        config.firewall().refusals()),
                config.firewall().connections(),
                Map.of(),
                config.services());
    }

    private static Optional<Device> device(TunSettings tun, Identity identity) {
        if (tun.disabled()) {
            return Optional.empty();
        }
        Stream<Route> within = tun.routes().stream()
                .map(route ->
                        new Route(route.range(), OptionalInt.of(route.mtu()), OptionalInt.empty(), Optional.empty()));
        Stream<Route> beyond =
                tun.unsafeRoutes().stream().filter(UnsafeRoute::install).map(NebulaNode::kernelRoute);
        return Optional.of(new Device(
                tun.device(),
                tun.mtu(),
                tun.txQueue(),
                List.copyOf(identity.networks()),
                Stream.concat(within, beyond).toList()));
    }

    private static Route kernelRoute(UnsafeRoute route) {
        return new Route(
                route.to().range(),
                route.mtu(),
                route.metric() == 0 ? OptionalInt.empty() : OptionalInt.of(route.metric()),
                Optional.empty());
    }

    private static RouteSettings routes(TunSettings tun) {
        return new RouteSettings(
                tun.unsafeRoutes().stream().map(UnsafeRoute::to).toList(), tun.dropped(), tun.systemRoutes());
    }

    private static Set<Offload> offloads(NebulaConfig config) throws AgentException {
        Set<Offload> offloads = OffloadSwitches.ofEnvironment();
        if (!config.listen().offloads()) {
            offloads.removeAll(EnumSet.of(Offload.UDP_SEND, Offload.UDP_RECEIVE));
        }
        if (!config.tun().offloads()) {
            offloads.removeAll(EnumSet.of(Offload.TUN_TCP, Offload.TUN_UDP));
        }
        return offloads;
    }
}

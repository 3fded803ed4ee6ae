package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NameLookup;
import dev.pharos.agent.config.ServiceSettings;
import dev.pharos.agent.control.ControlLink;
import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.dataplane.DataPlaneSettings.Socket;
import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.dataplane.GatewayRoute.Gateway;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalRange;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.UnsetLocalRange;
import dev.pharos.agent.linux.NetworkInterfaces.Route;
import dev.pharos.agent.mesh.Identity;
import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.agent.mesh.MeshSettings.Underlay;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.NetworkCipher;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.CipherSuite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A bundle as the settings of a node. */
final class ManagedNode {
    /** The contract has this name; a test in one namespace may need another. */
    private static final String DEVICE = "pharos0";

    private static final int TRANSMIT_QUEUE = 1000;

    private static final NameLookup LOOKUP =
            new NameLookup(Duration.ofSeconds(30), NameLookup.Family.IP, Duration.ofSeconds(2));

    /** Both families. */
    private static final String ANYWHERE = "::";

    private ManagedNode() {}

    /** @throws AgentException when this host has no key for its certificates, or they contradict each other */
    static NodeSettings settings(Bundle bundle, ControlLink link) throws AgentException {
        OwnPart own = bundle.own();
        Identity identity = identity(bundle, link);
        List<TopologyPart.Lighthouse> others = bundle.topology().lighthouses().stream()
                .filter(lighthouse -> !identity.owns(lighthouse.address()))
                .toList();
        List<TopologyPart.Route> routes = bundle.topology().routes().stream()
                .filter(route -> route.routers().stream().noneMatch(identity::owns))
                .toList();
        return new NodeSettings(
                identity,
                own.lighthouse() ? LighthouseRole.SERVER : LighthouseRole.CLIENT,
                others.stream().map(TopologyPart.Lighthouse::address).collect(Collectors.toSet()),
                Discovery.UPDATE_INTERVAL,
                others.stream()
                        .collect(Collectors.toMap(
                                TopologyPart.Lighthouse::address,
                                lighthouse -> hostPorts(lighthouse.endpoints()),
                                (first, second) -> first)),
                hostPorts(own.advertise()),
                LOOKUP,
                List.of(),
                relaying(bundle, identity),
                Punching.DEFAULT,
                HandshakePacing.DEFAULT,
                TunnelTimers.DEFAULT,
                Promotion.DEFAULT,
                new HostPort(ANYWHERE, own.listenPort()),
                Socket.DEFAULT,
                Underlay.DEFAULT,
                Optional.of(new Device(deviceName(), own.mtu(), TRANSMIT_QUEUE, own.addresses(), kernelRoutes(routes))),
                OffloadSwitches.ofEnvironment(),
                EventLoops.ofEnvironment(),
                new RouteSettings(routes.stream().map(ManagedNode::gateways).toList(), Set.of(), OptionalInt.empty()),
                new FirewallRules(
                        NodeSettings.localHost(identity),
                        rules(own.rules().inbound()),
                        rules(own.rules().outbound()),
                        UnsetLocalRange.OWN_NETWORKS),
                ConnectionLimits.DEFAULT,
                names(bundle.names()),
                ServiceSettings.NONE);
    }

    /** The first router takes every flow, so that a subnet that knows one way back sees both directions come that way. */
    private static GatewayRoute gateways(TopologyPart.Route route) {
        List<Gateway> gateways = new ArrayList<>();
        for (VpnAddress router : route.routers()) {
            gateways.add(new Gateway(router, gateways.isEmpty() ? 1 : Gateway.STANDBY));
        }
        return new GatewayRoute(route.subnet(), gateways);
    }

    private static List<Route> kernelRoutes(List<TopologyPart.Route> routes) {
        return routes.stream()
                .map(route -> new Route(
                        route.subnet(), OptionalInt.empty(), OptionalInt.of(route.metric()), Optional.empty()))
                .toList();
    }

    private static String deviceName() {
        return Optional.ofNullable(System.getenv("PHAROS_DEVICE"))
                .filter(name -> !name.isBlank())
                .orElse(DEVICE);
    }

    private static Identity identity(Bundle bundle, ControlLink link) throws AgentException {
        OwnPart.Certificates own = bundle.own().certificates();
        List<Certificate> certificates =
                Stream.of(own.v1(), own.v2()).flatMap(Optional::stream).toList();
        try {
            return new Identity(
                    certificates,
                    link.hostKey(certificates.getFirst().curve()),
                    initiating(bundle.own()),
                    bundle.own().cipher() == NetworkCipher.CHACHAPOLY ? CipherSuite.CHACHA_POLY : CipherSuite.AES_GCM,
                    CaPool.of(bundle.trust().authorities()),
                    Blocklist.of(bundle.trust().blocklist()));
        } catch (IllegalArgumentException | MalformedException e) {
            throw new AgentException("the bundle cannot be enforced: " + e.getMessage(), e);
        }
    }

    /** V1, which every node reads, unless it leaves out some of the host's addresses: who reads V2 shall know them all. */
    private static CertificateVersion initiating(OwnPart own) {
        boolean completeV1 = own.certificates()
                .v1()
                .filter(one -> one.networks().size() == own.addresses().size())
                .isPresent();
        return completeV1 ? CertificateVersion.V1 : CertificateVersion.V2;
    }

    private static Relaying relaying(Bundle bundle, Identity identity) {
        if (bundle.own().relay()) {
            return new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.FORBIDDEN);
        }
        List<VpnAddress> relays = bundle.topology().relays().stream()
                .filter(relay -> !identity.owns(relay))
                .toList();
        return new Relaying(RelayRole.NONE, relays, RelayUse.ALLOWED);
    }

    private static List<HostPort> hostPorts(List<dev.pharos.protocol.bundle.HostPort> endpoints) {
        return endpoints.stream()
                .map(endpoint -> new HostPort(endpoint.host(), endpoint.port()))
                .toList();
    }

    /** As the bundle words them. */
    static List<dev.pharos.protocol.bundle.HostPort> told(List<HostPort> endpoints) {
        return endpoints.stream()
                .map(endpoint -> new dev.pharos.protocol.bundle.HostPort(endpoint.host(), endpoint.port()))
                .toList();
    }

    static List<dev.pharos.agent.firewall.Rule> rules(List<Rule> rules) {
        return rules.stream().map(ManagedNode::rule).toList();
    }

    private static dev.pharos.agent.firewall.Rule rule(Rule rule) {
        return new dev.pharos.agent.firewall.Rule(
                switch (rule.protocol()) {
                    case ANY -> dev.pharos.agent.firewall.Rule.Protocol.ANY;
                    case TCP -> dev.pharos.agent.firewall.Rule.Protocol.TCP;
                    case UDP -> dev.pharos.agent.firewall.Rule.Protocol.UDP;
                    case ICMP -> dev.pharos.agent.firewall.Rule.Protocol.ICMP;
                },
                rule.ports().equals(PortRange.ANY)
                        ? Ports.ANY
                        : Ports.range(rule.ports().first(), rule.ports().last()),
                Optional.empty(),
                rule.groups(),
                rule.cidr(),
                rule.localCidr().<LocalRange>map(LocalRange.Within::new).orElse(LocalRange.UNSET),
                Optional.empty(),
                Optional.empty());
    }

    private static Map<String, VpnAddress> names(NamesPart part) {
        Map<String, VpnAddress> names = new HashMap<>();
        part.hosts()
                .forEach(host ->
                        host.addresses().stream().findFirst().ifPresent(address -> names.put(host.name(), address)));
        return names;
    }
}

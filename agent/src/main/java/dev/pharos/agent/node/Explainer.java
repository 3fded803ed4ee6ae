package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.firewall.Decision;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Flow;
import dev.pharos.agent.firewall.PeerIdentity;
import dev.pharos.agent.firewall.Verdict;
import dev.pharos.agent.status.ExplainReply;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict.Trusted;
import java.util.Optional;

/**
 * Says which rule decides about a flow. The rules ask for the peer's certificate, which only a running agent with a tunnel
 * to it has: without a tunnel one is opened first. The peer judges by rules of its own, which nobody here knows.
 */
final class Explainer {
    /** Of the program that begins: no rule asks for it. */
    private static final int ANY_PORT = 49152;

    private final Node node;

    Explainer(Node node) {
        this.node = node;
    }

    /** What was asked for after the slash; 0 where the protocol has no ports. */
    record Service(int protocol, int port, String text) {
        static Service parse(String text) throws AgentException {
            int slash = text.indexOf('/');
            String protocol = slash < 0 ? text : text.substring(0, slash);
            return switch (protocol) {
                case "icmp" -> new Service(1, 0, "icmp");
                case "tcp" -> new Service(6, port(text, slash), text);
                case "udp" -> new Service(17, port(text, slash), text);
                default -> throw new AgentException("not a service: " + text + "; write tcp/22, udp/53 or icmp");
            };
        }

        private static int port(String text, int slash) throws AgentException {
            String port = slash < 0 ? "" : text.substring(slash + 1);
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
                throw new AgentException("not a service: " + text + "; write tcp/22, udp/53 or icmp");
            }
            return Integer.parseInt(port);
        }
    }

    ExplainReply explain(String source, String destination, String serviceText) throws AgentException {
        Service service = Service.parse(serviceText);
        VpnAddress from = HostNames.find(node, source);
        VpnAddress to = HostNames.find(node, destination);
        if (isHere(from) == isHere(to)) {
            throw new AgentException((isHere(from) ? "both ends are" : "neither end is")
                    + " this host, which judges only what it sends and receives itself; ask on "
                    + (isHere(from) ? "another one" : source + " or " + destination));
        }
        Direction direction = isHere(from) ? Direction.OUTBOUND : Direction.INBOUND;
        VpnAddress remote = isHere(from) ? to : from;
        Trusted peer = peer(remote, isHere(from) ? destination : source);
        Flow flow = switch (direction) {
            case OUTBOUND -> new Flow(protocol(service, to), from, clientPort(service), remote, service.port());
            case INBOUND -> new Flow(protocol(service, to), to, service.port(), remote, clientPort(service));
        };
        Decision decision =
                node.settings().rules().explain(direction, PeerIdentity.of(peer.certificate(), peer.authority()), flow);
        String words = source + " to " + destination + ", " + service.text();
        return reply(decision, direction, peer.certificate(), words);
    }

    private ExplainReply reply(Decision decision, Direction direction, Certificate peer, String words) {
        String list = direction.name().toLowerCase(java.util.Locale.ROOT);
        return new ExplainReply(
                decision.verdict().isAllowed(),
                list,
                node.name(),
                peer.name(),
                words,
                reason(decision.verdict(), list),
                decision.rule().map(RuleText::of).orElse(null),
                decision.index().isPresent() ? decision.index().getAsInt() : null);
    }

    private static String reason(Verdict verdict, String list) {
        return switch (verdict) {
            case ALLOWED -> "a rule allows it";
            case NO_RULE -> "no " + list + " rule allows it";
            case FOREIGN_REMOTE -> "the other end may not use that address: it is not in its certificate";
            case FOREIGN_LOCAL -> "this host may not use that address: it is not in its certificate";
            case MALFORMED -> "no such packet can be";
        };
    }

    private static int protocol(Service service, VpnAddress to) {
        return service.protocol() == 1 && !to.isV4() ? 58 : service.protocol();
    }

    private static int clientPort(Service service) {
        return service.port() == 0 ? 0 : ANY_PORT;
    }

    private boolean isHere(VpnAddress address) {
        return node.settings().identity().owns(address)
                || node.settings().identity().certificates().stream()
                        .flatMap(certificate -> certificate.unsafeNetworks().stream())
                        .anyMatch(subnet -> subnet.contains(address));
    }

    private Trusted peer(VpnAddress address, String text) throws AgentException {
        Optional<Trusted> known = node.certificateOf(address);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            node.ping(address);
        } catch (AgentException e) {
            throw new AgentException(
                    text + " does not answer, and rules ask for its certificate: " + e.getMessage(), e);
        }
        return node.certificateOf(address)
                .orElseThrow(() -> new AgentException("the tunnel to " + text + " closed; try again"));
    }
}

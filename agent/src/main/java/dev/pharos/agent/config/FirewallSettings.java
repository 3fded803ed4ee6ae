package dev.pharos.agent.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The firewall: default deny, allow rules only.
 *
 * @param inboundAction what becomes of a denied packet from a peer
 * @param outboundAction what becomes of a denied packet to a peer
 * @param localCidrAny whether a rule without {@code local_cidr} also covers routed subnets
 */
public record FirewallSettings(
        List<RuleSettings> inbound,
        List<RuleSettings> outbound,
        Action inboundAction,
        Action outboundAction,
        boolean localCidrAny,
        Duration tcpTimeout,
        Duration udpTimeout,
        Duration otherTimeout) {

    /** What becomes of a denied packet. */
    public enum Action {
        DROP,
        REJECT
    }

    static FirewallSettings read(Section firewall) throws ConfigException {
        Section conntrack = firewall.section("conntrack");
        return new FirewallSettings(
                rules(firewall, "inbound"),
                rules(firewall, "outbound"),
                action(firewall, "inbound_action"),
                action(firewall, "outbound_action"),
                firewall.flag("default_local_cidr_any", false),
                conntrack.duration("tcp_timeout", Duration.ofMinutes(12)),
                conntrack.duration("udp_timeout", Duration.ofMinutes(3)),
                conntrack.duration("default_timeout", Duration.ofMinutes(10)));
    }

    private static List<RuleSettings> rules(Section firewall, String direction) throws ConfigException {
        List<RuleSettings> rules = new ArrayList<>();
        for (Section rule : firewall.sections(direction)) {
            rules.add(RuleSettings.read(rule));
        }
        return List.copyOf(rules);
    }

    private static Action action(Section firewall, String key) throws ConfigException {
        return firewall.oneOf(key, "drop", "reject").equals("reject") ? Action.REJECT : Action.DROP;
    }
}

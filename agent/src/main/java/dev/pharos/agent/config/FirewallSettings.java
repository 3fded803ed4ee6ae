package dev.pharos.agent.config;

import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Refusals;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.agent.firewall.UnsetLocalRange;
import java.time.Duration;
import java.util.List;

/**
 * The firewall: default deny, allow rules only.
 *
 * @param unset what a rule without {@code local_cidr} covers on a host that routes subnets
 */
public record FirewallSettings(
        List<Rule> inbound,
        List<Rule> outbound,
        UnsetLocalRange unset,
        Refusals refusals,
        ConnectionLimits connections) {

    static FirewallSettings read(Section firewall) throws ConfigException {
        Section conntrack = firewall.section("conntrack");
        ConnectionLimits limits = new ConnectionLimits(
                timeout(conntrack, "tcp_timeout", ConnectionLimits.DEFAULT.tcp()),
                timeout(conntrack, "udp_timeout", ConnectionLimits.DEFAULT.udp()),
                timeout(conntrack, "default_timeout", ConnectionLimits.DEFAULT.other()),
                ConnectionLimits.DEFAULT.connections());
        return new FirewallSettings(
                RuleReader.read(firewall, "inbound"),
                RuleReader.read(firewall, "outbound"),
                firewall.flag("default_local_cidr_any", false) ? UnsetLocalRange.ANY : UnsetLocalRange.OWN_NETWORKS,
                new Refusals(action(firewall, "inbound_action"), action(firewall, "outbound_action")),
                limits);
    }

    private static Refusals.Action action(Section firewall, String key) throws ConfigException {
        return firewall.oneOf(key, "drop", "reject").equals("reject") ? Refusals.Action.REJECT : Refusals.Action.DROP;
    }

    private static Duration timeout(Section conntrack, String key, Duration otherwise) throws ConfigException {
        return conntrack.duration(key, otherwise);
    }
}

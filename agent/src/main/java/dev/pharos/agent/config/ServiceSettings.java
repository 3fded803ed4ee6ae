package dev.pharos.agent.config;

import java.util.Optional;

/**
 * What a node offers besides its tunnels. All of it may change while the node runs.
 *
 * @param dns present on a lighthouse that answers names
 */
public record ServiceSettings(Optional<DnsSettings> dns, StatsSettings stats) {
    /** What a managed node offers. */
    public static final ServiceSettings NONE = new ServiceSettings(Optional.empty(), StatsSettings.NONE);

    static ServiceSettings read(Section top) throws ConfigException {
        Section lighthouse = top.section("lighthouse");
        boolean dns = lighthouse.flag("am_lighthouse", false) && lighthouse.flag("serve_dns", false);
        return new ServiceSettings(
                dns ? Optional.of(DnsSettings.read(lighthouse.section("dns"))) : Optional.empty(),
                StatsSettings.read(top.section("stats")));
    }
}

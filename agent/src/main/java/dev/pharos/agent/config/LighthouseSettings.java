package dev.pharos.agent.config;

import dev.pharos.protocol.VpnAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Discovery.
 *
 * @param serve whether this host is a lighthouse
 * @param hosts the lighthouses to report to and ask
 * @param interval how often to report; zero for never by the clock
 * @param advertise endpoints to report besides those of the interfaces; port 0 stands for the one listened on
 * @param staticHosts where hosts, lighthouses above all, are on the underlay
 * @param resolveInterval how often the DNS names among them are looked up again
 */
public record LighthouseSettings(
        boolean serve,
        List<VpnAddress> hosts,
        Duration interval,
        List<HostPort> advertise,
        Map<VpnAddress, List<HostPort>> staticHosts,
        Duration resolveInterval) {

    static LighthouseSettings read(Section top) throws ConfigException {
        Section lighthouse = top.section("lighthouse");
        Map<VpnAddress, List<HostPort>> staticHosts = staticHosts(top);
        List<VpnAddress> hosts = lighthouse.list("hosts", VpnAddress::parse);
        for (VpnAddress host : hosts) {
            if (!staticHosts.containsKey(host)) {
                throw lighthouse.error("hosts", host + " has no entry in static_host_map, so it cannot be found");
            }
        }
        return new LighthouseSettings(
                lighthouse.flag("am_lighthouse", false),
                hosts,
                lighthouse.seconds("interval", Duration.ofSeconds(10)),
                lighthouse.list("advertise_addrs", HostPort::parse),
                staticHosts,
                top.section("static_map").duration("cadence", Duration.ofSeconds(30)));
    }

    private static Map<VpnAddress, List<HostPort>> staticHosts(Section top) throws ConfigException {
        Section map = top.section("static_host_map");
        Map<VpnAddress, List<HostPort>> result = new java.util.LinkedHashMap<>();
        for (String key : map.keys()) {
            VpnAddress address = map.parse(key, key, VpnAddress::parse);
            result.put(address, map.list(key, HostPort::parse));
        }
        return result;
    }
}

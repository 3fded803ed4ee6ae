package dev.pharos.agent.config;

import dev.pharos.agent.mesh.CalculatedRemote;
import dev.pharos.agent.mesh.LocalAllowList;
import dev.pharos.agent.mesh.RemoteAllowList;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * @param lookup how the DNS names among them are looked up
 * @param remotes where peers may be
 * @param locals which own addresses are reported
 * @param calculated guesses where peers are
 */
public record LighthouseSettings(
        boolean serve,
        List<VpnAddress> hosts,
        Duration interval,
        List<HostPort> advertise,
        Map<VpnAddress, List<HostPort>> staticHosts,
        NameLookup lookup,
        RemoteAllowList remotes,
        LocalAllowList locals,
        List<CalculatedRemote> calculated) {

    static LighthouseSettings read(Section top) throws ConfigException {
        Section lighthouse = top.section("lighthouse");
        Map<VpnAddress, List<HostPort>> staticHosts = staticHosts(top);
        List<VpnAddress> hosts = lighthouse.list("hosts", VpnAddress::parse);
        if (lighthouse.flag("serve_dns", false) && !lighthouse.flag("am_lighthouse", false)) {
            lighthouse.warn("serve_dns", "has no effect on a host that is no lighthouse");
        }
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
                NameLookup.read(top.section("static_map")),
                AllowLists.remote(lighthouse),
                AllowLists.local(lighthouse),
                calculated(lighthouse.section("calculated_remotes")));
    }

    private static Map<VpnAddress, List<HostPort>> staticHosts(Section top) throws ConfigException {
        Section map = top.section("static_host_map");
        Map<VpnAddress, List<HostPort>> result = new LinkedHashMap<>();
        for (String key : map.keys()) {
            VpnAddress address = map.parse(key, key, VpnAddress::parse);
            result.put(address, map.list(key, HostPort::parse));
        }
        return result;
    }

    private static List<CalculatedRemote> calculated(Section map) throws ConfigException {
        List<CalculatedRemote> result = new ArrayList<>();
        for (String key : map.keys()) {
            VpnPrefix overlay = map.parse(key, key, VpnPrefix::parse).masked();
            for (Section guess : map.sections(key)) {
                VpnPrefix mask =
                        guess.value("mask", VpnPrefix::parse).orElseThrow(() -> guess.error("mask", "is missing"));
                if (mask.address().isV4() != overlay.address().isV4()) {
                    throw guess.error("mask", mask + " is of another family than " + overlay);
                }
                result.add(new CalculatedRemote(overlay, mask, guess.number("port", -1, 1, 65535)));
            }
        }
        return List.copyOf(result);
    }
}

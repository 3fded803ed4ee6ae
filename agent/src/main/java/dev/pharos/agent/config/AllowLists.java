package dev.pharos.agent.config;

import dev.pharos.agent.mesh.AllowList;
import dev.pharos.agent.mesh.LocalAllowList;
import dev.pharos.agent.mesh.RemoteAllowList;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code lighthouse.remote_allow_list}, {@code remote_allow_ranges} and {@code local_allow_list}. */
final class AllowLists {
    private static final String INTERFACES = "interfaces";

    private AllowLists() {}

    static RemoteAllowList remote(Section lighthouse) throws ConfigException {
        Section ranges = lighthouse.section("remote_allow_ranges");
        Map<VpnPrefix, AllowList> byRange = new LinkedHashMap<>();
        for (String range : ranges.keys()) {
            byRange.put(ranges.parse(range, range, VpnPrefix::parse).masked(), addresses(ranges, range));
        }
        return new RemoteAllowList(addresses(lighthouse, "remote_allow_list"), byRange);
    }

    static LocalAllowList local(Section lighthouse) throws ConfigException {
        Section list = lighthouse.section("local_allow_list");
        Section interfaces = list.section(INTERFACES);
        Map<String, Boolean> names = new LinkedHashMap<>();
        for (String name : interfaces.keys()) {
            names.put(name, interfaces.flag(name, false));
        }
        try {
            return LocalAllowList.of(addresses(lighthouse, "local_allow_list"), names);
        } catch (MalformedException e) {
            throw lighthouse.error("local_allow_list", String.valueOf(e.getMessage()));
        }
    }

    private static AllowList addresses(Section parent, String key) throws ConfigException {
        Section list = parent.section(key);
        Map<VpnPrefix, Boolean> rules = new LinkedHashMap<>();
        for (String range : list.keys()) {
            if (!range.equals(INTERFACES)) {
                rules.put(list.parse(range, range, VpnPrefix::parse), list.flag(range, false));
            }
        }
        try {
            return AllowList.of(rules);
        } catch (MalformedException e) {
            throw parent.error(key, String.valueOf(e.getMessage()));
        }
    }
}

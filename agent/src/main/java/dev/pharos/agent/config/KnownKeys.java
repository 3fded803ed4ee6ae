package dev.pharos.agent.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every key that Nebula 1.11 knows, and what this agent makes of it. */
final class KnownKeys {
    private enum Heed {
        /** It does what it says. */
        FULL,
        /** It has a meaning that this version does not act on, so the file's author has to be told. */
        NOT_YET,
        /** It means nothing on Linux, or to a program without Go inside; saying so would only be noise. */
        MEANINGLESS
    }

    /** Saying what would happen anyway calls for no warning: ordinary files are full of it. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("routines", "1"),
            Map.entry("static_map.network", "ip4"),
            Map.entry("lighthouse.serve_dns", "false"),
            Map.entry("listen.batch", "64"),
            Map.entry("listen.accept_recv_error", "always"),
            Map.entry("punchy.target_all_remotes", "false"),
            Map.entry("tun.drop_local_broadcast", "false"),
            Map.entry("tun.drop_multicast", "false"),
            Map.entry("tun.use_system_route_table", "false"),
            Map.entry("firewall.inbound_action", "drop"),
            Map.entry("firewall.outbound_action", "drop"));

    /** A key that ends in {@code .*} stands for everything beneath it; {@code []} for each item of a list. */
    private static final Map<String, Heed> KEYS = keys();

    private static final List<String> SUGGESTIONS = KEYS.keySet().stream()
            .flatMap(key -> Stream.of(key.replace(".*", ""), key.replaceFirst("\\..*", "")))
            .distinct()
            .sorted()
            .toList();

    /** Characters of an unknown key that are compared with the known ones. */
    private static final int LONGEST_MISTAKE = 64;

    private KnownKeys() {}

    /** One warning for each key that is not known or not yet heeded, in the order of the file. */
    static List<String> check(Section top) throws ConfigException {
        List<String> warnings = new ArrayList<>();
        check(top, "", warnings);
        return List.copyOf(warnings);
    }

    private static void check(Section section, String pattern, List<String> warnings) throws ConfigException {
        for (String key : section.keys()) {
            String known = pattern.isEmpty() ? key : pattern + "." + key;
            String where = section.file() + ": " + section.path(key) + ": ";
            @Nullable Heed heed = KEYS.getOrDefault(known, KEYS.get(known + ".*"));
            if (heed == Heed.NOT_YET && !saysNothing(section, key, known)) {
                warnings.add(where + "has no effect in this version of the agent");
            } else if (heed == null && isParent(known + "[]")) {
                for (Section item : section.sections(key)) {
                    check(item, known + "[]", warnings);
                }
            } else if (heed == null && isParent(known) && section.isSection(key)) {
                check(section.section(key), known, warnings);
            } else if (heed == null && !isParent(known)) {
                warnings.add(
                        where + "unknown key; did you mean " + nearest(known).replace("[]", "") + "?");
            }
        }
    }

    private static boolean saysNothing(Section section, String key, String known) throws ConfigException {
        if (section.isSection(key)) {
            Section inner = section.section(key);
            return inner.keys().isEmpty()
                    || inner.has("enabled") && !inner.flag("enabled", true)
                    || inner.text("type", "").equals("none");
        }
        String otherwise = DEFAULTS.get(known);
        return otherwise != null && section.text(key, otherwise).equals(otherwise);
    }

    private static boolean isParent(String known) {
        return KEYS.keySet().stream().anyMatch(key -> key.startsWith(known + "."));
    }

    private static String nearest(String unknown) {
        String start = unknown.substring(0, Math.min(unknown.length(), LONGEST_MISTAKE));
        return SUGGESTIONS.stream()
                .min(Comparator.comparingInt(key -> distance(start, key)))
                .orElseThrow();
    }

    /** Levenshtein: the fewest insertions, deletions and replacements of one character. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static Map<String, Heed> keys() {
        Map<String, Heed> keys = new TreeMap<>();
        put(keys, Heed.FULL, "pki", "ca cert key blocklist disconnect_invalid initiating_version");
        put(keys, Heed.FULL, "", "static_host_map.* cipher preferred_ranges punch_back");
        put(keys, Heed.FULL, "static_map", "cadence");
        put(keys, Heed.MEANINGLESS, "static_map", "lookup_timeout");
        put(keys, Heed.FULL, "lighthouse", "am_lighthouse hosts interval advertise_addrs");
        put(keys, Heed.FULL, "listen", "host port send_recv_error");
        put(keys, Heed.MEANINGLESS, "listen", "rebind_on_network_change windows_bypass_wdf");
        put(keys, Heed.FULL, "punchy", "punch respond delay respond_delay");
        put(keys, Heed.FULL, "relay", "relays am_relay use_relays");
        put(keys, Heed.FULL, "tun", "disabled dev mtu tx_queue");
        put(keys, Heed.FULL, "tun.routes[]", "mtu route");
        put(keys, Heed.MEANINGLESS, "tun", "network_category windows_bypass_wdf");
        put(keys, Heed.FULL, "firewall", "default_local_cidr_any");
        put(keys, Heed.FULL, "firewall.conntrack", "tcp_timeout udp_timeout default_timeout");
        put(keys, Heed.MEANINGLESS, "firewall.conntrack", "routine_cache_timeout max_connections");
        for (String direction : List.of("firewall.inbound[]", "firewall.outbound[]")) {
            put(keys, Heed.FULL, direction, "port code proto host group groups cidr local_cidr ca_name ca_sha");
        }
        put(keys, Heed.FULL, "handshakes", "try_interval retries");
        put(keys, Heed.MEANINGLESS, "handshakes", "query_buffer trigger_buffer wait_rotation");
        put(keys, Heed.FULL, "timers", "connection_alive_interval pending_deletion_interval");
        put(keys, Heed.FULL, "tunnels", "drop_inactive inactivity_timeout");
        put(keys, Heed.FULL, "logging", "level format");
        put(keys, Heed.MEANINGLESS, "logging", "disable_timestamp timestamp_format");
        putNotYet(keys);
        return Map.copyOf(keys);
    }

    private static void putNotYet(Map<String, Heed> keys) {
        put(keys, Heed.NOT_YET, "", "routines sshd.* stats.* local_range");
        put(keys, Heed.NOT_YET, "static_map", "network");
        put(keys, Heed.NOT_YET, "lighthouse", "serve_dns dns.* remote_allow_list.* remote_allow_ranges.*");
        put(keys, Heed.NOT_YET, "lighthouse", "local_allow_list.* calculated_remotes.*");
        put(keys, Heed.NOT_YET, "listen", "batch read_buffer write_buffer accept_recv_error so_mark");
        put(keys, Heed.NOT_YET, "listen", "udp_offloads routines");
        put(keys, Heed.NOT_YET, "punchy", "target_all_remotes");
        put(keys, Heed.NOT_YET, "tun", "drop_local_broadcast drop_multicast unsafe_routes.* routines use_offloads");
        put(keys, Heed.NOT_YET, "tun", "use_system_route_table use_system_route_table_buffer_size");
        put(keys, Heed.NOT_YET, "tun", "cpu_affinity pin_threads pin_threads_key");
        put(keys, Heed.NOT_YET, "firewall", "inbound_action outbound_action");
        put(keys, Heed.NOT_YET, "timers", "requery_wait_duration");
        put(keys, Heed.NOT_YET, "counters", "try_promote requery_every_packets");
    }

    private static void put(Map<String, Heed> keys, Heed heed, String parent, String children) {
        for (String child : children.split(" ", -1)) {
            keys.put(parent.isEmpty() ? child : parent + "." + child, heed);
        }
    }
}

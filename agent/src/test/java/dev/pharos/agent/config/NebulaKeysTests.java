package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.config.NebulaKeys.NebulaKey;
import dev.pharos.agent.config.NebulaKeys.Reload;
import dev.pharos.agent.config.NebulaKeys.Treatment;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole list of keys: each is honoured, accepted, or refused in one line, as the table and the documentation say. */
class NebulaKeysTests {
    private static final Path DOCUMENTATION = Path.of("../docs/configuration.md");
    private static final String PKI = TestPki.create("rpi", "10.42.0.20/24").yaml();
    private static final String OTHER_PKI =
            TestPki.create("rpi", "10.42.0.20/24").yaml();

    /** Key | the file without it | the file with another value of it. Lines of one file are joined by a semicolon. */
    private static final String SAMPLES = """
        pki.disconnect_invalid                 | | pki+: {disconnect_invalid: false}
        pki.blocklist                          | | pki+: {blocklist: [1234567890123456789012345678901234567890123456789012345678901234]}
        static_host_map.*                      | | static_host_map: {10.42.0.1: ["192.0.2.1:4242"]}
        static_map.cadence                     | | static_map: {cadence: 5s}
        static_map.network                     | | static_map: {network: ip6}
        static_map.lookup_timeout              | | static_map: {lookup_timeout: 1s}
        lighthouse.am_lighthouse               | | lighthouse: {am_lighthouse: true}
        lighthouse.interval                    | | lighthouse: {interval: 60}
        lighthouse.hosts                       | static_host_map: {10.42.0.1: ["192.0.2.1:4242"]} | static_host_map: {10.42.0.1: ["192.0.2.1:4242"]}; lighthouse: {hosts: [10.42.0.1]}
        lighthouse.remote_allow_list.*         | | lighthouse: {remote_allow_list: {10.0.0.0/8: false}}
        lighthouse.remote_allow_ranges.*       | | lighthouse: {remote_allow_ranges: {10.42.0.0/25: {192.168.0.0/16: true}}}
        lighthouse.local_allow_list.*          | | lighthouse: {local_allow_list: {interfaces: {docker.*: false}}}
        lighthouse.advertise_addrs             | | lighthouse: {advertise_addrs: ["192.0.2.1:0"]}
        lighthouse.calculated_remotes.*        | | lighthouse: {calculated_remotes: {10.42.0.0/24: [{mask: 192.168.1.0/24, port: 4242}]}}
        listen.host                            | | listen: {host: home.example.net}
        listen.port                            | | listen: {port: 4242}
        listen.batch                           | | listen: {batch: 64}
        listen.read_buffer                     | | listen: {read_buffer: 1000000}
        listen.write_buffer                    | | listen: {write_buffer: 1000000}
        listen.routines                        | | listen: {routines: 2}
        listen.send_recv_error                 | | listen: {send_recv_error: never}
        listen.accept_recv_error               | | listen: {accept_recv_error: private}
        listen.so_mark                         | | listen: {so_mark: 7}
        listen.udp_offloads                    | | listen: {udp_offloads: false}
        punchy.punch                           | | punchy: {punch: true}
        punchy.respond                         | | punchy: {respond: true}
        punchy.delay                           | | punchy: {delay: 2s}
        punchy.respond_delay                   | | punchy: {respond_delay: 2s}
        punchy.target_all_remotes              | | punchy: {target_all_remotes: true}
        punch_back                             | | punch_back: true
        cipher                                 | | cipher: chachapoly
        routines                               | | routines: 2
        preferred_ranges                       | | preferred_ranges: [192.168.0.0/16]
        local_range                            | | local_range: 192.168.0.0/16
        relay.relays                           | | relay: {relays: [10.42.0.1]}
        relay.am_relay                         | | relay: {am_relay: true}
        relay.use_relays                       | | relay: {use_relays: false}
        tun.disabled                           | | tun: {disabled: true}
        tun.dev                                | | tun: {dev: nebula1}
        tun.mtu                                | | tun: {mtu: 1280}
        tun.tx_queue                           | | tun: {tx_queue: 1000}
        tun.drop_local_broadcast               | | tun: {drop_local_broadcast: true}
        tun.drop_multicast                     | | tun: {drop_multicast: true}
        tun.routes[].route                     | tun: {routes: [{route: 10.42.0.0/25, mtu: 8800}]} | tun: {routes: [{route: 10.42.0.0/26, mtu: 8800}]}
        tun.routes[].mtu                       | tun: {routes: [{route: 10.42.0.0/25, mtu: 8800}]} | tun: {routes: [{route: 10.42.0.0/25, mtu: 1400}]}
        tun.unsafe_routes[].route              | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1}]} | tun: {unsafe_routes: [{route: 10.8.0.0/16, via: 10.42.0.1}]}
        tun.unsafe_routes[].via                | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1}]} | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.2}]}
        tun.unsafe_routes[].via[].gateway      | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: [{gateway: 10.42.0.1}]}]} | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: [{gateway: 10.42.0.2}]}]}
        tun.unsafe_routes[].via[].weight       | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: [{gateway: 10.42.0.1}]}]} | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: [{gateway: 10.42.0.1, weight: 2}]}]}
        tun.unsafe_routes[].mtu                | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1}]} | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1, mtu: 1200}]}
        tun.unsafe_routes[].metric             | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1}]} | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1, metric: 9}]}
        tun.unsafe_routes[].install            | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1}]} | tun: {unsafe_routes: [{route: 10.9.0.0/16, via: 10.42.0.1, install: false}]}
        tun.use_system_route_table             | | tun: {use_system_route_table: true}
        tun.use_system_route_table_buffer_size | tun: {use_system_route_table: true} | tun: {use_system_route_table: true, use_system_route_table_buffer_size: 65536}
        tun.routines                           | | tun: {routines: 2}
        tun.use_offloads                       | | tun: {use_offloads: false}
        firewall.*[].port                      | firewall: {*: [{port: 22, proto: tcp, host: any}]} | firewall: {*: [{port: 23, proto: tcp, host: any}]}
        firewall.*[].code                      | firewall: {*: [{code: 22, proto: tcp, host: any}]} | firewall: {*: [{code: 23, proto: tcp, host: any}]}
        firewall.*[].proto                     | firewall: {*: [{port: 22, proto: tcp, host: any}]} | firewall: {*: [{port: 22, proto: udp, host: any}]}
        firewall.*[].host                      | firewall: {*: [{port: 22, proto: tcp, host: any}]} | firewall: {*: [{port: 22, proto: tcp, host: laptop}]}
        firewall.*[].group                     | firewall: {*: [{port: 22, proto: tcp, group: a}]} | firewall: {*: [{port: 22, proto: tcp, group: b}]}
        firewall.*[].groups                    | firewall: {*: [{port: 22, proto: tcp, groups: [a]}]} | firewall: {*: [{port: 22, proto: tcp, groups: [a, b]}]}
        firewall.*[].cidr                      | firewall: {*: [{port: 22, proto: tcp, group: a}]} | firewall: {*: [{port: 22, proto: tcp, group: a, cidr: 10.42.0.0/25}]}
        firewall.*[].local_cidr                | firewall: {*: [{port: 22, proto: tcp, group: a}]} | firewall: {*: [{port: 22, proto: tcp, group: a, local_cidr: 10.9.0.0/16}]}
        firewall.*[].ca_name                   | firewall: {*: [{port: 22, proto: tcp, group: a}]} | firewall: {*: [{port: 22, proto: tcp, group: a, ca_name: test}]}
        firewall.*[].ca_sha                    | firewall: {*: [{port: 22, proto: tcp, group: a}]} | firewall: {*: [{port: 22, proto: tcp, group: a, ca_sha: 1234567890123456789012345678901234567890123456789012345678901234}]}
        firewall.inbound_action                | | firewall: {inbound_action: reject}
        firewall.outbound_action               | | firewall: {outbound_action: reject}
        firewall.default_local_cidr_any        | | firewall: {default_local_cidr_any: true}
        firewall.conntrack.tcp_timeout         | | firewall: {conntrack: {tcp_timeout: 1m}}
        firewall.conntrack.udp_timeout         | | firewall: {conntrack: {udp_timeout: 1m}}
        firewall.conntrack.default_timeout     | | firewall: {conntrack: {default_timeout: 1m}}
        handshakes.try_interval                | | handshakes: {try_interval: 200ms}
        handshakes.retries                     | | handshakes: {retries: 20}
        timers.connection_alive_interval       | | timers: {connection_alive_interval: 6}
        timers.pending_deletion_interval       | | timers: {pending_deletion_interval: 11}
        timers.requery_wait_duration           | | timers: {requery_wait_duration: 30s}
        counters.try_promote                   | | counters: {try_promote: 500}
        counters.requery_every_packets         | | counters: {requery_every_packets: 500}
        tunnels.drop_inactive                  | | tunnels: {drop_inactive: true}
        tunnels.inactivity_timeout             | | tunnels: {inactivity_timeout: 20m}
        sshd.enabled                           | | sshd: {enabled: true}
        lighthouse.serve_dns                   | lighthouse: {am_lighthouse: true} | lighthouse: {am_lighthouse: true, serve_dns: true}
        lighthouse.dns.host                    | lighthouse: {am_lighthouse: true, serve_dns: true} | lighthouse: {am_lighthouse: true, serve_dns: true, dns: {host: 10.42.0.20}}
        lighthouse.dns.port                    | lighthouse: {am_lighthouse: true, serve_dns: true} | lighthouse: {am_lighthouse: true, serve_dns: true, dns: {port: 5353}}
        stats.type                             | | stats: {type: graphite, interval: 1s, host: "a:1"}
        stats.interval                         | stats: {type: graphite, interval: 1s, host: "a:1"} | stats: {type: graphite, interval: 2s, host: "a:1"}
        stats.host                             | stats: {type: graphite, interval: 1s, host: "a:1"} | stats: {type: graphite, interval: 1s, host: "a:2"}
        stats.prefix                           | stats: {type: graphite, interval: 1s, host: "a:1"} | stats: {type: graphite, interval: 1s, host: "a:1", prefix: p}
        stats.protocol                         | stats: {type: graphite, interval: 1s, host: "a:1"} | stats: {type: graphite, interval: 1s, host: "a:1", protocol: udp}
        stats.listen                           | stats: {type: prometheus, interval: 1s, listen: ":1", path: /m} | stats: {type: prometheus, interval: 1s, listen: ":2", path: /m}
        stats.path                             | stats: {type: prometheus, interval: 1s, listen: ":1", path: /m} | stats: {type: prometheus, interval: 1s, listen: ":1", path: /n}
        stats.namespace                        | stats: {type: prometheus, interval: 1s, listen: ":1", path: /m} | stats: {type: prometheus, interval: 1s, listen: ":1", path: /m, namespace: n}
        stats.subsystem                        | stats: {type: prometheus, interval: 1s, listen: ":1", path: /m} | stats: {type: prometheus, interval: 1s, listen: ":1", path: /m, subsystem: s}
        stats.message_metrics                  | | stats: {message_metrics: true}
        stats.lighthouse_metrics               | | stats: {lighthouse_metrics: true}
        logging.level                          | | logging: {level: debug}
        logging.format                         | | logging: {format: json}
        logging.disable_timestamp              | | logging: {disable_timestamp: true}
        """;

    /** Their values are certificates and keys: tested one by one. */
    private static final Set<String> KEY_MATERIAL = Set.of("pki.ca", "pki.cert", "pki.key", "pki.initiating_version");

    record Sample(String key, String before, String after) {}

    @Test
    void everyKeyOfNebulaHasAnEntryAndNoOtherHas() throws Exception {
        Set<String> known = NebulaKeys.ALL.stream().map(NebulaKey::name).collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).isEqualTo(new TreeSet<>(keysOfNebula()));
        assertThat(NebulaKeys.ALL).hasSameSizeAs(known);
    }

    @Test
    void everyKeyThatDoesSomethingHasASample() {
        Set<String> samples = samples().stream().map(Sample::key).collect(Collectors.toCollection(TreeSet::new));
        samples.addAll(KEY_MATERIAL);

        assertThat(samples)
                .isEqualTo(NebulaKeys.ALL.stream()
                        .filter(key -> key.treatment() != Treatment.ACCEPTED)
                        .map(NebulaKey::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anotherValueChangesSomethingOrIsRefusedInOneLine(Sample sample) throws Exception {
        NebulaKey key = NebulaKeys.ALL.stream()
                .filter(one -> one.name().equals(sample.key))
                .findFirst()
                .orElseThrow();
        if (key.treatment() == Treatment.REFUSED) {
            assertThatThrownBy(() -> read(sample.after))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("node.yml: " + key.name() + ": " + key.note())
                    .message()
                    .doesNotContain("\n");
        } else if (isBeneathRefused(sample)) {
            assertThatThrownBy(() -> read(sample.before)).isInstanceOf(ConfigException.class);
        } else {
            assertThat(parts(read(sample.before))).isEqualTo(parts(read(sample.before)));
            assertThat(parts(read(sample.after))).isNotEqualTo(parts(read(sample.before)));
            assertThat(read(sample.after).warnings()).isEmpty();
        }
    }

    /** What follows from a refused one is refused with it. */
    private static boolean isBeneathRefused(Sample sample) {
        return NebulaKeys.ALL.stream()
                .filter(key -> key.treatment() == Treatment.REFUSED)
                .anyMatch(key ->
                        sample.before.contains(key.name().substring(key.name().lastIndexOf('.') + 1) + ":"));
    }

    @Test
    void otherKeyMaterialIsAnotherIdentity() throws Exception {
        assertThat(NebulaConfig.read(parse(PKI)).identity())
                .isNotEqualTo(NebulaConfig.read(parse(OTHER_PKI)).identity());
    }

    @Test
    void aKeyInAHardwareTokenIsRefusedInOneLine() {
        String token = PKI.replaceAll("(?s)  key:.*", "  key: \"pkcs11:id=1;object=key\"\n");

        assertThatThrownBy(() -> NebulaConfig.read(parse(token)))
                .hasMessage("node.yml: pki.key: keys in PKCS#11 tokens are not supported; give a path or the PEM text"
                        + " itself");
    }

    @Test
    void acceptedKeysAreTakenInSilence() throws Exception {
        assertThat(read("sshd: {enabled: no, sandbox_dir: /var/debug, listen: x, authorized_users: [{user: a,"
                                + " keys: [b]}]}; tun: {pin_threads: true, network_category: public}; listen:"
                                + " {rebind_on_network_change: false}; handshakes: {trigger_buffer: 5}; firewall:"
                                + " {conntrack: {routine_cache_timeout: 1s, max_connections: 9}}")
                        .warnings())
                .isEmpty();
    }

    /** As Nebula reads them: the new key before the old ones, the larger of those two, and never less than one. */
    @Test
    void routinesOldAndNew() throws Exception {
        assertThat(read("tun: {}").routines()).isEmpty();
        assertThat(read("routines: 3; tun: {routines: 5}").routines()).hasValue(3);
        assertThat(read("tun: {routines: 5}; listen: {routines: 2}").routines()).hasValue(5);
        assertThat(read("routines: -1").routines()).hasValue(1);
    }

    @Test
    void theDocumentationHasTheTable() throws Exception {
        assertThat(Files.readString(DOCUMENTATION)).contains(table());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| Key | Default | Reload | Here |\n|---|---|---|---|\n");
        for (NebulaKey key : NebulaKeys.ALL) {
            table.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(key.otherwise())
                    .append(" | ")
                    .append(key.reload() == Reload.YES ? "yes" : "no")
                    .append(" | ")
                    .append(
                            switch (key.treatment()) {
                                case HONOURED -> "";
                                case ACCEPTED -> "**accepted, no effect**: ";
                                case REFUSED -> "**refused** unless " + key.otherwise() + ": ";
                            })
                    .append(key.note())
                    .append(" |\n");
        }
        return table.toString();
    }

    private static List<String> keysOfNebula() throws Exception {
        try (InputStream list = NebulaKeysTests.class.getResourceAsStream("nebula-1.11-keys.txt")) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (String line : SAMPLES.lines().toList()) {
            String[] columns = line.split("\\|", 3);
            String key = columns[0].strip();
            if (key.startsWith("firewall.*")) {
                for (String direction : List.of("inbound", "outbound")) {
                    samples.add(sample(
                            key.replace("*", direction),
                            columns[1].replace("*", direction),
                            columns[2].replace("*", direction)));
                }
            } else {
                samples.add(sample(key, columns[1], columns[2]));
            }
        }
        return samples;
    }

    private static Sample sample(String key, String before, String after) {
        return new Sample(key, before.strip(), after.strip());
    }

    /** All that a file says, without what is said about it. */
    private static List<?> parts(NebulaConfig config) {
        return Arrays.asList(
                config.identity().certificates(),
                config.identity().cipher(),
                config.identity().blocklist(),
                config.lighthouse(),
                config.listen(),
                config.punching(),
                config.preferredRanges(),
                config.relaying(),
                config.tun(),
                config.firewall(),
                config.timing(),
                config.logging(),
                config.services(),
                config.routines());
    }

    private static NebulaConfig read(String sample) throws ConfigException {
        StringBuilder yaml = new StringBuilder(PKI);
        for (String line : sample.split("; ?(?=\\w)", -1)) {
            if (line.startsWith("pki+: ")) {
                yaml.append("  ").append(line.substring(7, line.length() - 1)).append('\n');
            } else {
                yaml.append(line.strip()).append('\n');
            }
        }
        return NebulaConfig.read(parse(yaml.toString()));
    }

    private static Section parse(String yaml) throws ConfigException {
        return YamlFile.parse(Path.of("node.yml"), yaml);
    }

    /** Prints the table for the documentation. */
    public static void main(String[] arguments) {
        System.out.print(table());
    }
}

package dev.pharos.agent.config;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every key that Nebula 1.11 knows, those of its next release, and old spellings: what this agent makes of each. In a
 * name {@code *} stands for any key, {@code []} for each item of a list.
 */
final class NebulaKeys {
    /** What becomes of a key's value. */
    enum Treatment {
        /** It does what it says. */
        HONOURED,
        /** It is taken, and has no effect here. */
        ACCEPTED,
        /** Any value but the default asks for something that is not there, and the agent does not start. */
        REFUSED
    }

    /** Whether SIGHUP brings a changed value into force. */
    enum Reload {
        YES,
        NO
    }

    /**
     * One key.
     *
     * @param otherwise its value when it is absent, as the documentation shows it
     * @param note what it is about, or why it is accepted or refused
     */
    record NebulaKey(String name, String otherwise, Reload reload, Treatment treatment, String note) {}

    private static final String TABLE = """
        pki.ca                                  | required      | yes | honoured | path or PEM text of the trusted authorities
        pki.cert                                | required      | yes | honoured | path or PEM text: a certificate of version 1, of version 2, or one of each on the same key
        pki.key                                 | required      | yes | honoured | path or PEM text; a `pkcs11:` URI is refused, as is an encrypted key
        pki.blocklist                           | []            | yes | honoured | fingerprints of certificates that are refused
        pki.disconnect_invalid                  | true          | yes | honoured | close tunnels whose peer's certificate became invalid
        pki.initiating_version                  | lowest held   | yes | honoured | version of the certificate shown when calling
        static_host_map.*                       | none          | yes | honoured | overlay address: list of `host:port`
        static_map.cadence                      | 30s           | yes | honoured | how often names are looked up again
        static_map.network                      | ip4           | yes | honoured | family that names are looked up for: `ip4`, `ip6` or `ip`
        static_map.lookup_timeout               | 250ms         | yes | honoured | how long a name server is waited for
        lighthouse.am_lighthouse                | false         | no  | honoured | serve discovery
        lighthouse.serve_dns                    | false         | yes | honoured | answer names
        lighthouse.dns.host                     | every address | yes | honoured | where the DNS responder listens
        lighthouse.dns.port                     | 53            | yes | honoured | its port
        lighthouse.interval                     | 10            | yes | honoured | seconds between reports to the lighthouses; 0 for only on changes
        lighthouse.hosts                        | []            | yes | honoured | overlay addresses of the lighthouses
        lighthouse.remote_allow_list.*          | all allowed   | yes | honoured | underlay ranges that peers may be in
        lighthouse.remote_allow_ranges.*        | all allowed   | yes | honoured | the same for an overlay range of peers
        lighthouse.local_allow_list.*           | all allowed   | yes | honoured | own addresses that are announced; `interfaces` by device name
        lighthouse.advertise_addrs              | []            | yes | honoured | more `host:port` to announce; port 0 is the one listened on
        lighthouse.calculated_remotes.*         | none          | yes | honoured | guesses of a peer's underlay address from its overlay one
        listen.host                             | 0.0.0.0       | no  | honoured | address or name to listen on; `::` for both families
        listen.port                             | 0             | no  | honoured | 0 for any
        listen.batch                            | 32            | no  | honoured | messages taken by one system call, at most 128; one holds up to 64 datagrams of a sender
        listen.read_buffer                      | 8 MiB         | yes | honoured | bytes; with CAP_NET_ADMIN beyond net.core.rmem_max
        listen.write_buffer                     | 8 MiB         | yes | honoured | bytes; with CAP_NET_ADMIN beyond net.core.wmem_max
        listen.send_recv_error                  | always        | yes | honoured | who is told of an unknown tunnel index: `always`, `private`, `never`
        listen.accept_recv_error                | always        | yes | honoured | whose word of that kind is heeded
        listen.so_mark                          | 0             | yes | honoured | firewall mark of the packets sent
        listen.rebind_on_network_change         | true          | no  | accepted | for macOS; on Linux a change of network needs no new socket
        listen.windows_bypass_wdf               | true          | no  | accepted | for Windows
        listen.routines                         | 1             | no  | honoured | old spelling of `routines`
        listen.udp_offloads                     | true          | no  | honoured | let the kernel cut up and join datagrams (next release of Nebula)
        routines                                | 1             | no  | honoured | event loops that carry packets, each with a queue of the device and a socket: at most one a processor, and 8
        punchy.punch                            | false         | yes | honoured | keep NATs on the way open
        punchy.respond                          | false         | yes | honoured | call a peer back that asked for us
        punchy.delay                            | 1s            | yes | honoured | wait before the second volley
        punchy.respond_delay                    | 5s            | yes | honoured | wait before calling back
        punchy.target_all_remotes               | false         | yes | honoured | keep every known endpoint of a peer open
        punch_back                              | false         | yes | honoured | old spelling of `punchy.respond`
        cipher                                  | aes           | no  | honoured | `aes` or `chachapoly`, the same on every host
        preferred_ranges                        | []            | yes | honoured | underlay ranges to prefer
        local_range                             | none          | yes | honoured | old spelling of one preferred range
        relay.relays                            | []            | yes | honoured | overlay addresses of relays by which peers reach this host
        relay.am_relay                          | false         | yes | honoured | forward for others; such a host uses no relay itself
        relay.use_relays                        | true          | yes | honoured | reach peers through relays
        tun.disabled                            | false         | no  | honoured | no device: pings are answered, lighthouse and relay work; needs no privilege
        tun.dev                                 | kernel's      | no  | honoured | name of the device
        tun.mtu                                 | 1300          | yes | honoured | bytes, 500 to 8969
        tun.tx_queue                            | 500           | no  | honoured | length of the device's queue in packets
        tun.drop_local_broadcast                | false         | no  | honoured | drop what is sent to the broadcast addresses of the overlay networks
        tun.drop_multicast                      | false         | no  | honoured | drop multicast
        tun.routes[].route                      | required      | yes | honoured | part of an overlay network
        tun.routes[].mtu                        | required      | yes | honoured | MTU towards it
        tun.unsafe_routes[].route               | required      | yes | honoured | range beyond the overlay; its gateway's certificate must list it
        tun.unsafe_routes[].via                 | required      | yes | honoured | overlay address of the gateway, or a list of gateways
        tun.unsafe_routes[].via[].gateway       | required      | yes | honoured | overlay address of one of several gateways
        tun.unsafe_routes[].via[].weight        | 1             | yes | honoured | its share of the flows
        tun.unsafe_routes[].mtu                 | that of tun   | yes | honoured | MTU towards it
        tun.unsafe_routes[].metric              | 0             | yes | honoured | metric of the kernel's route
        tun.unsafe_routes[].install             | true          | yes | honoured | whether the kernel is given the route
        tun.use_system_route_table              | false         | no  | honoured | learn gateways from the kernel's routes through the device
        tun.use_system_route_table_buffer_size  | 0             | no  | honoured | bytes for messages about routes; 0 for the kernel's choice
        tun.routines                            | 1             | no  | honoured | old spelling of `routines`
        tun.network_category                    | private       | no  | accepted | for Windows
        tun.windows_bypass_wdf                  | true          | no  | accepted | for Windows
        tun.use_offloads                        | true          | no  | honoured | exchange large TCP and UDP packets with the kernel (next release of Nebula)
        tun.pin_threads                         | true          | no  | accepted | threads are placed by the kernel (next release of Nebula)
        tun.pin_threads_key                     | pid           | no  | accepted | threads are placed by the kernel (next release of Nebula)
        tun.cpu_affinity                        | none          | no  | accepted | threads are placed by the kernel (next release of Nebula)
        firewall.inbound[].port                 | required      | yes | honoured | `any`, `fragment`, a number or a range; an icmp rule needs none
        firewall.inbound[].code                 | none          | yes | honoured | read as a port, as Nebula does
        firewall.inbound[].proto                | required      | yes | honoured | `any`, `tcp`, `udp` or `icmp`
        firewall.inbound[].host                 | none          | yes | honoured | name in the peer's certificate
        firewall.inbound[].group                | none          | yes | honoured | group in the peer's certificate
        firewall.inbound[].groups               | none          | yes | honoured | groups, all of which it must have
        firewall.inbound[].cidr                 | none          | yes | honoured | range of the remote address
        firewall.inbound[].local_cidr           | see below     | yes | honoured | range of the local address
        firewall.inbound[].ca_name              | none          | yes | honoured | name of the peer's authority
        firewall.inbound[].ca_sha               | none          | yes | honoured | fingerprint of the peer's authority
        firewall.outbound[].port                | required      | yes | honoured | as in `inbound`
        firewall.outbound[].code                | none          | yes | honoured | as in `inbound`
        firewall.outbound[].proto               | required      | yes | honoured | as in `inbound`
        firewall.outbound[].host                | none          | yes | honoured | as in `inbound`
        firewall.outbound[].group               | none          | yes | honoured | as in `inbound`
        firewall.outbound[].groups              | none          | yes | honoured | as in `inbound`
        firewall.outbound[].cidr                | none          | yes | honoured | as in `inbound`
        firewall.outbound[].local_cidr          | see below     | yes | honoured | as in `inbound`
        firewall.outbound[].ca_name             | none          | yes | honoured | as in `inbound`
        firewall.outbound[].ca_sha              | none          | yes | honoured | as in `inbound`
        firewall.inbound_action                 | drop          | yes | honoured | `reject` tells peers of refused packets, by a TCP reset or ICMP
        firewall.outbound_action                | drop          | yes | honoured | `reject` tells this host of refused packets, and of those that no route leads to, by a TCP reset or ICMP
        firewall.default_local_cidr_any         | false         | yes | honoured | rules without `local_cidr` cover routed subnets too
        firewall.conntrack.tcp_timeout          | 12m           | yes | honoured | how long a silent flow is remembered
        firewall.conntrack.udp_timeout          | 3m            | yes | honoured | the same for UDP
        firewall.conntrack.default_timeout      | 10m           | yes | honoured | the same for everything else
        firewall.conntrack.routine_cache_timeout| 0             | no  | accepted | flows are looked up without a lock, so nothing is cached before them
        firewall.conntrack.max_connections      | 100000        | no  | accepted | no version of Nebula ever counted; the agent has a bound of its own
        handshakes.try_interval                 | 100ms         | no  | honoured | attempt n is followed by a wait of n times this
        handshakes.retries                      | 10            | no  | honoured | attempts before a handshake is given up
        handshakes.query_buffer                 | 64            | no  | accepted | questions to lighthouses never queue here
        handshakes.trigger_buffer               | 64            | no  | accepted | handshakes never queue here
        handshakes.wait_rotation                | 5             | no  | accepted | of Nebula before 1.5
        timers.connection_alive_interval        | 5             | no  | honoured | seconds; an idle tunnel sends a keep-alive after twice that
        timers.pending_deletion_interval        | 10            | no  | honoured | seconds of silence after which a tunnel is given up
        timers.requery_wait_duration            | 60s           | yes | honoured | least time between two questions for a busy peer
        counters.try_promote                    | 1000          | yes | honoured | packets after which preferred endpoints are tried again
        counters.requery_every_packets          | 5000          | yes | honoured | packets after which lighthouses are asked again
        tunnels.drop_inactive                   | false         | yes | honoured | close tunnels without traffic
        tunnels.inactivity_timeout              | 10m           | yes | honoured | after this time
        sshd.enabled                            | false         | yes | refused  | there is no ssh server; the debug console is the local command `pharos-agent debug`, which needs --state-dir
        sshd.listen                             | none          | yes | accepted | there is no ssh server
        sshd.host_key                           | none          | yes | accepted | there is no ssh server
        sshd.authorized_users[].user            | none          | yes | accepted | there is no ssh server
        sshd.authorized_users[].keys            | none          | yes | accepted | there is no ssh server
        sshd.trusted_cas                        | []            | yes | accepted | there is no ssh server
        sshd.sandbox_dir                        | /tmp/nebula-debug | yes | accepted | the debug console writes profiles where its user says
        stats.type                              | none          | yes | honoured | `prometheus`, `graphite` or `none`
        stats.interval                          | required      | yes | honoured | how often values are taken
        stats.prefix                            | nebula        | yes | honoured | before every Graphite name
        stats.protocol                          | tcp           | yes | honoured | to the Graphite server: `tcp` or `udp`
        stats.host                              | required      | yes | honoured | of the Graphite server
        stats.listen                            | required      | yes | honoured | where Prometheus is served
        stats.path                              | required      | yes | honoured | of the URL there
        stats.namespace                         | none          | yes | honoured | first part of every Prometheus name
        stats.subsystem                         | none          | yes | honoured | second part of every Prometheus name
        stats.message_metrics                   | false         | no  | honoured | count packets by type
        stats.lighthouse_metrics                | false         | no  | honoured | count lighthouse messages by type
        logging.level                           | info          | yes | honoured | `debug`, `info`, `warning` or `error`; `trace`, `fatal` and `panic` are read as the nearest of these
        logging.format                          | text          | yes | honoured | `text` or `json`
        logging.disable_timestamp               | false         | yes | honoured | leave the time to the service manager
        logging.timestamp_format                | none          | yes | accepted | of Nebula before 1.11; times are always as RFC 3339 has them
        """;

    static final List<NebulaKey> ALL = TABLE.lines().map(NebulaKeys::key).toList();

    private static final Map<String, NebulaKey> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(NebulaKey::name, Function.identity()));

    private static final Set<String> PARENTS = parents();

    private NebulaKeys() {}

    private static NebulaKey key(String line) {
        String[] columns = line.split("\\|", 5);
        return new NebulaKey(
                columns[0].strip(),
                columns[1].strip(),
                columns[2].strip().equals("yes") ? Reload.YES : Reload.NO,
                Treatment.valueOf(columns[3].strip().toUpperCase(Locale.ROOT)),
                columns[4].strip());
    }

    private static Set<String> parents() {
        Set<String> parents = new HashSet<>();
        for (NebulaKey key : ALL) {
            String name = key.name();
            for (int at = 1; at < name.length(); at++) {
                if (name.charAt(at) == '.' || name.startsWith("[]", at)) {
                    parents.add(name.substring(0, at));
                }
            }
        }
        return Set.copyOf(parents);
    }

    /** Whether there are keys beneath this one. */
    static boolean isParent(String name) {
        return PARENTS.contains(name);
    }

    /** The key of exactly that name. */
    static Optional<NebulaKey> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Whether it names a key, or stands for any child of one that has arbitrary children. */
    static boolean isKnown(String name) {
        return BY_NAME.containsKey(name) || BY_NAME.containsKey(name + ".*");
    }
}

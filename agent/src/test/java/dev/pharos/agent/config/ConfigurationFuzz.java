package dev.pharos.agent.config;

import dev.pharos.agent.fuzz.FuzzTarget;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A Nebula configuration file: all of it but {@code pki}, which reads other files. */
public final class ConfigurationFuzz implements FuzzTarget {
    private static final Path FILE = Path.of("fuzz.yml");

    /** 10.42.0.20/24. */
    private static final List<VpnPrefix> NETWORKS = List.of(new VpnPrefix(VpnAddress.ofV4(0x0a2a0014), 24));

    @Override
    public void run(byte[] input) throws Refused {
        try {
            Section top = YamlFile.parse(FILE, new String(input, StandardCharsets.UTF_8));
            KeyCheck.check(top);
            LighthouseSettings.read(top);
            ListenSettings.read(top.section("listen"));
            PunchSettings.read(top);
            top.list("preferred_ranges", VpnPrefix::parse);
            RelaySettings.read(top.section("relay"));
            TunSettings.read(top.section("tun"), NETWORKS);
            FirewallSettings.read(top.section("firewall"));
            TimingSettings.read(top);
            LoggingSettings.read(top.section("logging"));
            ServiceSettings.read(top);
        } catch (ConfigException e) {
            throw new Refused(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                text("static_host_map:\n  \"10.42.0.2\": [\"198.51.100.2:4242\"]\nlighthouse:\n  hosts: [10.42.0.2]\n"),
                text("firewall:\n  inbound:\n    - {port: 22, proto: tcp, groups: [a, b], cidr: 10.0.0.0/8}\n"),
                text("tun: {dev: n, routes: [{mtu: 8800, route: 10.42.0.0/25}], mtu: 1300,"
                        + " unsafe_routes: [{route: 10.0.0.0/16, via: [{gateway: 10.42.0.1, weight: 2}]}]}"),
                text("lighthouse: {remote_allow_list: {'172.16.0.0/12': false}, interval: 60}\n"),
                text("listen: {host: '::', port: 4242, read_buffer: 10485760}\npunchy: {punch: true, delay: 1s}\n"),
                text("stats: {type: prometheus, listen: ':8080', path: /m, interval: 10s}\nlogging: {level: info}\n"),
                text("relay: {am_relay: true, use_relays: true, relays: [10.42.0.2]}\ncipher: aes\na: &x [1]\nb: *x"));
    }

    @Override
    public String libraries() {
        return ":org.yaml.snakeyaml.scanner.**:org.yaml.snakeyaml.parser.**";
    }

    private static byte[] text(String yaml) {
        return yaml.getBytes(StandardCharsets.UTF_8);
    }
}

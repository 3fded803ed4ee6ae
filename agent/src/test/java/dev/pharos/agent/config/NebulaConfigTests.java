package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.config.TunSettings.UnsafeRoute;
import dev.pharos.agent.dataplane.GatewayRoute;
import dev.pharos.agent.dataplane.GatewayRoute.Gateway;
import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.LocalRange;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.Refusals;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.agent.firewall.UnsetLocalRange;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.agent.log.Format;
import dev.pharos.agent.log.Level;
import dev.pharos.agent.log.Timestamps;
import dev.pharos.agent.mesh.LocalAllowList;
import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.Inactivity;
import dev.pharos.agent.mesh.MeshSettings.OnInvalid;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.PunchTargets;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.agent.mesh.RemoteAllowList;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.CipherSuite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NebulaConfigTests {
    private static final Path FILE = Path.of("node.yml");
    private static final TestPki KEYS = TestPki.create("rpi", "10.42.0.20/24");
    private static final String PKI = KEYS.yaml();

    @Test
    void refusedPacketsMayBeAnswered() throws Exception {
        NebulaConfig config = read(PKI + "firewall: {inbound_action: reject, outbound_action: drop}");

        assertThat(config.firewall().refusals()).isEqualTo(new Refusals(Refusals.Action.REJECT, Refusals.Action.DROP));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void theDefaultsAreThoseOfNebula() throws Exception {
        NebulaConfig config = read(PKI);

        assertThat(config.identity().cipher()).isEqualTo(CipherSuite.AES_GCM);
        assertThat(config.identity().initiating()).isEqualTo(CertificateVersion.V1);
        assertThat(config.lighthouse())
                .isEqualTo(new LighthouseSettings(
                        false,
                        List.of(),
                        Duration.ofSeconds(10),
                        List.of(),
                        Map.of(),
                        new NameLookup(Duration.ofSeconds(30), NameLookup.Family.IP4, Duration.ofMillis(250)),
                        RemoteAllowList.ALL,
                        LocalAllowList.ALL,
                        List.of()));
        assertThat(config.listen())
                .isEqualTo(new ListenSettings(
                        new HostPort("0.0.0.0", 0),
                        32,
                        UdpPort.Options.DEFAULT,
                        RecvErrors.ALWAYS,
                        RecvErrors.ALWAYS,
                        true));
        assertThat(config.punching())
                .isEqualTo(
                        new Punching(false, Duration.ofSeconds(1), false, Duration.ofSeconds(5), PunchTargets.CURRENT));
        assertThat(config.relaying()).isEqualTo(new Relaying(RelayRole.NONE, List.of(), RelayUse.ALLOWED));
        assertThat(config.tun())
                .isEqualTo(new TunSettings(
                        false, "", 1300, 500, List.of(), List.of(), Set.of(), OptionalInt.empty(), true));
        assertThat(config.firewall())
                .isEqualTo(new FirewallSettings(
                        List.of(), List.of(), UnsetLocalRange.OWN_NETWORKS, Refusals.SILENT, ConnectionLimits.DEFAULT));
        assertThat(config.timing())
                .isEqualTo(new TimingSettings(
                        new HandshakePacing(Duration.ofMillis(100), 10),
                        new TunnelTimers(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Inactivity.KEEP,
                                Duration.ofMinutes(10),
                                OnInvalid.DISCONNECT),
                        new Promotion(1000, 5000, Duration.ofMinutes(1))));
        assertThat(config.logging()).isEqualTo(new LoggingSettings(Level.INFO, Format.TEXT, Timestamps.WRITTEN));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void anOrdinaryFileIsReadWhole() throws Exception {
        NebulaConfig config = read(PKI + """
              blocklist:
                - 1234567890123456789012345678901234567890123456789012345678901234
            static_host_map:
              "192.168.100.1": ["100.64.22.11:4242", "home.example.net:4242"]
            lighthouse:
              am_lighthouse: false
              interval: 60
              hosts:
                - "192.168.100.1"
            listen:
              host: "[::]"
              port: 4242
              send_recv_error: private
            punchy:
              punch: yes
              respond: true
              delay: 1500ms
            cipher: chachapoly
            preferred_ranges: ["172.16.0.0/24"]
            relay:
              relays:
                - 192.168.100.1
            tun:
              dev: nebula1
              mtu: 1280
              routes:
                - mtu: 8800
                  route: 10.42.0.0/25
            logging:
              level: debug
              format: json
            firewall:
              conntrack:
                tcp_timeout: 1m30s
              outbound:
                - port: any
                  proto: any
                  host: any
              inbound:
                - port: 8000-8100
                  proto: tcp
                  groups: [laptop, home]
                  local_cidr: 192.168.7.3/24
            """);

        assertThat(config.identity().blocklist().fingerprints()).hasSize(1);
        assertThat(config.lighthouse().hosts()).containsExactly(VpnAddress.parse("192.168.100.1"));
        assertThat(config.lighthouse().staticHosts())
                .containsEntry(
                        VpnAddress.parse("192.168.100.1"),
                        List.of(new HostPort("100.64.22.11", 4242), new HostPort("home.example.net", 4242)));
        assertThat(config.lighthouse().interval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.listen().where()).isEqualTo(new HostPort("::", 4242));
        assertThat(config.listen().sendRecvErrors()).isEqualTo(RecvErrors.PRIVATE);
        assertThat(config.punching().keepAlive()).isTrue();
        assertThat(config.punching().delay()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.identity().cipher()).isEqualTo(CipherSuite.CHACHA_POLY);
        assertThat(config.tun().device()).isEqualTo("nebula1");
        assertThat(config.tun().routes()).containsExactly(new TunSettings.Route(VpnPrefix.parse("10.42.0.0/25"), 8800));
        assertThat(config.firewall().connections().tcp()).isEqualTo(Duration.ofSeconds(90));
        Rule inbound = config.firewall().inbound().getFirst();
        assertThat(inbound.protocol()).isEqualTo(Rule.Protocol.TCP);
        assertThat(inbound.ports()).isEqualTo(Ports.range(8000, 8100));
        assertThat(inbound.groups()).containsExactly("laptop", "home");
        assertThat(inbound.local()).isEqualTo(new LocalRange.Within(VpnPrefix.parse("192.168.7.0/24")));
        assertThat(config.firewall().outbound()).containsExactly(Rule.everyone(Rule.Protocol.ANY, Ports.ANY));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void oldSpellingsOfPunchingAreUnderstood() throws Exception {
        NebulaConfig config = read(PKI + "punchy: true\npunch_back: true\n");

        assertThat(config.punching().keepAlive()).isTrue();
        assertThat(config.punching().respond()).isTrue();
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void anUnknownKeyIsToldWithTheNearestKnownOne() throws Exception {
        assertThat(read(PKI + "lighthouse:\n  hots: []\nfirewal: {}\n").warnings())
                .containsExactly(
                        "node.yml: lighthouse.hots: unknown key; did you mean lighthouse.hosts?",
                        "node.yml: firewal: unknown key; did you mean firewall?");
    }

    @Test
    void rulesAreCheckedForUnknownKeysToo() throws Exception {
        String rules = "firewall:\n  inbound:\n    - {port: 1, proto: tcp, host: any, grup: x}\n";

        assertThat(read(PKI + rules).warnings())
                .containsExactly(
                        "node.yml: firewall.inbound[0].grup: unknown key; did you mean firewall.inbound.group?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        listen: {port: 70000}                                  | node.yml: listen.port: is 70000, must be from 0 to 65535
        listen: {port: x}                                      | node.yml: listen.port: is "x", must be a whole number
        listen: 5                                              | node.yml: listen: must be a mapping
        cipher: rot13                                          | node.yml: cipher: is "rot13", must be one of aes, chachapoly
        lighthouse: {hosts: [10.1.1.1]}                        | node.yml: lighthouse.hosts: 10.1.1.1 has no entry in static_host_map, so it cannot be found
        lighthouse: {hosts: [nowhere]}                         | node.yml: lighthouse.hosts: "nowhere" is not an IP address
        lighthouse: {am_lighthouse: maybe}                     | node.yml: lighthouse.am_lighthouse: is "maybe", must be true or false
        static_host_map: {10.1.1.1: ["1.2.3.4"]}               | node.yml: static_host_map.10.1.1.1: "1.2.3.4" is not of the form host:port
        tun: {mtu: 20}                                         | node.yml: tun.mtu: is 20, must be from 500 to 8969
        handshakes: {try_interval: soon}                       | node.yml: handshakes.try_interval: "soon" is not a duration such as 10s, 100ms or 1m30s
        firewall: {inbound: [{port: 1, proto: tcp}]}           | node.yml: firewall.inbound[0].host: is missing; a rule needs host, group, groups, cidr, local_cidr, ca_name or ca_sha
        firewall: {inbound: [{port: 9-1, proto: tcp, host: a}]}| node.yml: firewall.inbound[0].port: "9-1" is not a port, a range such as 8000-8100, any or fragment
        firewall: {inbound: [{port: 1, host: a}]}              | node.yml: firewall.inbound[0].proto: is missing; it is any, tcp, udp or icmp
        pki: {}                                                | node.yml: line 19: found duplicate key pki
        listen: [                                              | node.yml: line 20: expected the node content, but found '<stream end>'
        tun: {routes: [{route: 10.9.0.0/16, mtu: 1300}]}       | node.yml: tun.routes[0].route: 10.9.0.0/16 is not within this host's networks [10.42.0.20/24]
        tun: {unsafe_routes: [{route: 10.42.0.0/25, via: 10.42.0.1}]} | node.yml: tun.unsafe_routes[0].route: 10.42.0.0/25 is within this host's networks [10.42.0.20/24]
        tun: {unsafe_routes: [{route: 10.9.0.0/16}]}           | node.yml: tun.unsafe_routes[0].via: is missing; give a gateway, or a list of gateways
        lighthouse: {remote_allow_list: {10.0.0.0/8: true, 10.1.0.0/16: false}} | node.yml: lighthouse.remote_allow_list: holds both true and false rules, and none for 0.0.0.0/0 that says what holds otherwise
        firewall: {inbound: [{port: 1, code: 1, proto: tcp, host: a}]} | node.yml: firewall.inbound[0].code: only one of port and code may be given
        """)
    void aMistakeIsOneLineOfFileKeyAndReason(String yaml, String message) {
        assertThatThrownBy(() -> read(PKI + yaml + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void aMissingKeyFileIsNamed() {
        assertThatThrownBy(() -> read("pki: {ca: /nowhere/ca.crt}"))
                .hasMessage("node.yml: pki.ca: no such file: /nowhere/ca.crt");
    }

    @Test
    void pemIsReadFromThePathsGiven(@TempDir Path directory) throws Exception {
        Path authority = Files.writeString(directory.resolve("ca.crt"), KEYS.authority());
        Path certificate = Files.writeString(directory.resolve("host.crt"), KEYS.certificate());
        Path key = Files.writeString(directory.resolve("host.key"), KEYS.key());

        NebulaConfig config = read("pki: {ca: " + authority + ", cert: " + certificate + ", key: " + key + "}");

        assertThat(config.identity().address()).isEqualTo(VpnAddress.parse("10.42.0.20"));
        assertThat(config.toString()).doesNotContain(KEYS.key().lines().toList().get(1));
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        String other = TestPki.create("other", "10.42.0.9/24").yaml().replaceAll("(?s).*(  key:.*)", "$1");

        assertThatThrownBy(() -> read(PKI.replaceAll("(?s)  key:.*", "") + other))
                .hasMessage("node.yml: pki.key: is not the key of the certificate for rpi in pki.cert");
    }

    @Test
    void anIcmpRuleNeedsNoPort() throws Exception {
        assertThat(read(PKI + "firewall: {inbound: [{proto: icmp, host: any}]}")
                        .firewall()
                        .inbound())
                .containsExactly(Rule.everyone(Rule.Protocol.ICMP, Ports.ANY));
    }

    @Test
    void anOldLocalRangeIsAPreferredOne() throws Exception {
        assertThat(read(PKI + "local_range: 172.16.0.0/24").preferredRanges())
                .containsExactly(VpnPrefix.parse("172.16.0.0/24"));
    }

    @Test
    void whatCannotWorkTogetherIsAWarningWhereNebulaGoesOn() throws Exception {
        assertThat(read(PKI + "relay: {am_relay: true, relays: [10.1.1.1]}").warnings())
                .containsExactly(
                        "node.yml: relay.relays: has no effect on a host with am_relay, as relays do not use relays");
    }

    @Test
    void gatewaysMayBeOneOrMany() throws Exception {
        TunSettings tun = read(PKI + """
            tun:
              unsafe_routes:
                - {route: 192.168.7.0/24, via: 10.42.0.1}
                - route: 172.16.0.0/12
                  via: [{gateway: 10.42.0.1, weight: 10}, {gateway: 10.42.0.2}]
                  mtu: 1250
                  metric: 100
                  install: false
            """).tun();

        assertThat(tun.unsafeRoutes())
                .containsExactly(
                        new UnsafeRoute(
                                new GatewayRoute(VpnPrefix.parse("192.168.7.0/24"), List.of(gateway("10.42.0.1", 1))),
                                OptionalInt.empty(),
                                0,
                                true),
                        new UnsafeRoute(
                                new GatewayRoute(
                                        VpnPrefix.parse("172.16.0.0/12"),
                                        List.of(gateway("10.42.0.1", 10), gateway("10.42.0.2", 1))),
                                OptionalInt.of(1250),
                                100,
                                false));
    }

    private static Gateway gateway(String address, int weight) throws MalformedException {
        return new Gateway(VpnAddress.parse(address), weight);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> NebulaConfig.read(Path.of("/nowhere/config.yml")))
                .hasMessage("/nowhere/config.yml: no such file");
    }

    private static NebulaConfig read(String yaml) throws ConfigException {
        return NebulaConfig.read(YamlFile.parse(FILE, yaml));
    }

    @Test
    void anSshServerIsRefusedAndTheCommandNamed() {
        assertThatThrownBy(() -> read(PKI + "sshd: {enabled: true}\n"))
                .hasMessageContaining("sshd.enabled")
                .hasMessageContaining("pharos-agent debug");
    }
}

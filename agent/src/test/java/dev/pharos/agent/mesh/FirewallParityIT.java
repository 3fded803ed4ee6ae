package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.Flow;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.firewall.PeerIdentity;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.noise.CipherSuite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same rules in the stock daemon and in ours, the same probes to both. The stock daemon has a device, so the kernel
 * behind it answers whatever comes through: a reset from a closed TCP port, an echo to a ping. Ours is asked what it would
 * do. As root; {@code -Dpharos.nebula=PATH} tries another daemon than the distribution's.
 */
class FirewallParityIT {
    private static final VpnAddress STOCK = VpnAddress.ofV4(0x0a630002);
    private static final int STOCK_PORT = 14312;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int FIRST_SOURCE = 40_000;
    private static final int OUR_PORT = 14313;
    private static final int ROUNDS = 3;
    private static final Duration ROUND = Duration.ofMillis(300);

    private static final String RULES = """
        - {port: 22, proto: tcp, host: laptop}
        - {port: 23, proto: tcp, host: Laptop}
        - {port: 24, proto: tcp, group: servers}
        - {port: 25, proto: tcp, groups: [servers, linux]}
        - {port: 26, proto: tcp, groups: [servers, any]}
        - {port: 27, proto: tcp, host: phone, groups: [servers]}
        - {port: 28, proto: tcp, host: phone, cidr: 10.99.0.0/30}
        - {port: 29, proto: tcp, cidr: 10.99.0.3/32}
        - {port: 30, proto: tcp, cidr: 0.0.0.0/0}
        - {port: 31, proto: tcp, cidr: 10.99.1.0/24}
        - {port: 32, proto: tcp, host: any, groups: [nobody]}
        - {port: 33, proto: tcp, host: laptop, ca_name: test authority}
        - {port: 34, proto: tcp, host: laptop, ca_name: other}
        - {port: 35, proto: tcp, ca_name: test authority}
        - {port: 36, proto: tcp, host: any, ca_sha: OUR_AUTHORITY}
        - {port: 37, proto: tcp, host: any, ca_sha: ANOTHER}
        - {port: 38, proto: tcp, host: phone, ca_sha: OUR_AUTHORITY}
        - {port: 39, proto: tcp, host: any, ca_sha: ANOTHER, ca_name: test authority}
        - {port: 100-110, proto: tcp, host: any}
        - {port: 105-120, proto: tcp, groups: [nobody]}
        - {port: 200-202, proto: udp, host: any}
        - {port: 300, proto: any, host: any}
        - {port: fragment, proto: tcp, host: any}
        - {port: 65535, proto: tcp, host: any}
        """;

    @TempDir
    private Path directory;

    private final Authority authority = new Authority(new Random(1), Instant.now());

    private record Probe(int protocol, int port) {}

    /** Who asks: its name and groups. */
    private record Asker(String name, List<String> groups) {}

    @Test
    void theStockDaemonAnswersWhereWeWouldAllow() throws Exception {
        String plain = RULES.replace(
                        "OUR_AUTHORITY", authority.certificate().fingerprint().hex())
                .replace("ANOTHER", "ab".repeat(32));
        String withPings = plain + "- {proto: icmp, port: any, groups: [linux]}\n";
        List<Asker> askers = List.of(
                new Asker("laptop", List.of()),
                new Asker("phone", List.of("servers")),
                new Asker("tablet", List.of("servers", "linux")));
        for (Asker asker : askers) {
            for (String rules : List.of(plain, withPings)) {
                NetworkNamespace.inside(() -> compare(asker, rules));
            }
        }
    }

    private void compare(Asker asker, String rules) throws Exception {
        NetworkNamespace.command("ip link set lo up");
        HostKey stockKey = authority.hostKey();
        Path file = configuration(certificate("stock", List.of(), stockKey, STOCK), stockKey, rules);
        HostKey key = authority.hostKey();
        VpnAddress address = VpnAddress.ofV4(0x0a630003);
        Certificate own = certificate(asker.name(), asker.groups(), key, address);
        Process daemon = new ProcessBuilder(System.getProperty("pharos.nebula", "nebula"), "-config", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        try {
            Set<Probe> probes = probes();
            Set<Probe> answered = answers(own, key, probes);
            assertThat(answered).as(asker + " asks stock nebula").isEqualTo(allowed(file, own, probes));
        } finally {
            daemon.destroy();
            daemon.waitFor(5, TimeUnit.SECONDS);
        }
    }

    private static Set<Probe> probes() {
        Set<Probe> probes = new LinkedHashSet<>();
        for (int port = 21; port <= 40; port++) {
            probes.add(new Probe(TCP, port));
        }
        for (int port : new int[] {99, 100, 104, 105, 110, 111, 120, 200, 201, 202, 300, 65534, 65535}) {
            probes.add(new Probe(TCP, port));
        }
        probes.add(new Probe(ICMP, 0));
        return probes;
    }

    private Set<Probe> allowed(Path file, Certificate own, Set<Probe> probes) throws Exception {
        NebulaConfig config = NebulaConfig.read(file);
        var rules = new FirewallRules(
                LocalHost.of(new VpnPrefix(STOCK, 16)),
                config.firewall().inbound(),
                config.firewall().outbound(),
                config.firewall().unset());
        PeerIdentity peer = PeerIdentity.of(own, authority.certificate());
        Set<Probe> allowed = new LinkedHashSet<>();
        for (Probe probe : probes) {
            int source = probe.protocol() == TCP ? FIRST_SOURCE : 0;
            var flow = new Flow(
                    probe.protocol(),
                    STOCK,
                    probe.port(),
                    own.networks().getFirst().address(),
                    source);
            if (rules.explain(Direction.INBOUND, peer, flow).verdict().isAllowed()) {
                allowed.add(probe);
            }
        }
        return allowed;
    }

    /** Sends what is not answered again and again, until long enough after the first answer. */
    private Set<Probe> answers(Certificate own, HostKey key, Set<Probe> probes) throws Exception {
        var identity = Identity.of(List.of(own), key, CipherSuite.AES_GCM, authority.pool(), Blocklist.EMPTY);
        var discovery = new Discovery(
                Map.of(STOCK, List.of(LoopbackHost.endpoint(STOCK_PORT))),
                Set.of(),
                LighthouseRole.CLIENT,
                Duration.ofSeconds(10),
                List.of(),
                List.of());
        try (LoopbackHost host = new LoopbackHost(MeshSettings.of(identity, discovery), OUR_PORT)) {
            Set<Probe> answered = new LinkedHashSet<>();
            ask(host, probes, answered, Duration.ofSeconds(15), () -> !answered.isEmpty());
            for (int round = 0; round < ROUNDS; round++) {
                ask(host, probes, answered, ROUND, () -> false);
            }
            return answered;
        }
    }

    /** Sends the probes without an answer, every now and then, until the end of the time or of the wait. */
    private static void ask(
            LoopbackHost host, Set<Probe> probes, Set<Probe> answered, Duration time, BooleanSupplier enough)
            throws Exception {
        long end = System.nanoTime() + time.toNanos();
        long next = System.nanoTime();
        while (System.nanoTime() < end && !enough.getAsBoolean()) {
            if (System.nanoTime() >= next) {
                for (Probe probe : probes) {
                    if (!answered.contains(probe)) {
                        host.send(STOCK, packet(host.address(), probe));
                    }
                }
                next += ROUND.toNanos();
            }
            host.pump();
            host.delivered().forEach(packet -> answered.add(answeredProbe(packet)));
            host.delivered().clear();
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static byte[] packet(VpnAddress from, Probe probe) {
        if (probe.protocol() == ICMP) {
            return Echo.request(from, STOCK, 1);
        }
        ByteBuffer packet = ByteBuffer.allocate(40)
                .putShort((short) 0x4500)
                .putShort((short) 40)
                .putInt(0)
                .putShort((short) (64 << 8 | TCP))
                .putShort((short) 0)
                .putInt(from.v4())
                .putInt(STOCK.v4())
                .putShort((short) FIRST_SOURCE)
                .putShort((short) probe.port())
                .putInt(1)
                .putInt(0)
                .putShort((short) 0x5002)
                .putShort((short) 1000)
                .putInt(0);
        packet.putShort(10, (short) ~sum(packet, 0, 20, 0));
        packet.putShort(36, (short) ~sum(packet, 12, 40, TCP + 20));
        return packet.array();
    }

    private static int sum(ByteBuffer packet, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16);
    }

    private static Probe answeredProbe(byte[] packet) {
        int protocol = packet[9];
        return new Probe(protocol, protocol == TCP ? ByteBuffer.wrap(packet).getShort(20) & 0xffff : 0);
    }

    private Certificate certificate(String name, List<String> groups, HostKey key, VpnAddress address) {
        return authority.sign(new CertificateRequest(
                CertificateVersion.V1,
                name,
                List.of(new VpnPrefix(address, 16)),
                List.of(),
                groups,
                authority.certificate().notBefore(),
                authority.certificate().notAfter(),
                key.publicKey()));
    }

    private Path configuration(Certificate certificate, HostKey key, String rules) throws IOException {
        String yaml = """
            pki:
              ca: |
            %s
              cert: |
            %s
              key: |
            %s
            listen: {host: 127.0.0.1, port: %d}
            lighthouse: {am_lighthouse: false}
            tun: {dev: fuzz-stock}
            firewall:
              outbound:
                - {port: any, proto: any, host: any}
              inbound:
            %s\
            """.formatted(
                        CertificatePem.format(List.of(authority.certificate())).indent(4),
                        CertificatePem.format(List.of(certificate)).indent(4),
                        key.toPem().indent(4),
                        STOCK_PORT,
                        rules.indent(4));
        return Files.writeString(directory.resolve("config.yml"), yaml);
    }
}

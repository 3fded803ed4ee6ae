package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.HostKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The stock daemon of the distribution's package, without a TUN device: it answers handshakes, tests, ICMP echo,
 * lighthouse queries and relay requests all the same.
 */
final class StockNebula implements AutoCloseable {

    /** What this daemon is, beyond a host. */
    record Role(boolean lighthouse, boolean relay, List<VpnAddress> relays) {
        static final Role HOST = new Role(false, false, List.of());
        static final Role LIGHTHOUSE_AND_RELAY = new Role(true, true, List.of());

        static Role reachedBy(VpnAddress relay) {
            return new Role(false, false, List.of(relay));
        }
    }

    private final Process process;
    private final Path log;

    StockNebula(
            Path directory,
            Authority authority,
            String name,
            VpnAddress address,
            int port,
            Role role,
            Map<VpnAddress, UnderlayEndpoint> lighthouses)
            throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        HostKey key = authority.hostKey();
        Certificate certificate = authority.sign(
                CertificateVersion.V1,
                name,
                key,
                new VpnPrefix(address, 16),
                authority.certificate().notAfter());
        Files.writeString(home.resolve("ca.crt"), CertificatePem.format(List.of(authority.certificate())));
        Files.writeString(home.resolve("host.crt"), CertificatePem.format(List.of(certificate)));
        Files.writeString(home.resolve("host.key"), key.toPem());
        Files.writeString(home.resolve("config.yml"), configuration(home, port, role, lighthouses));
        log = home.resolve("log");
        process = new ProcessBuilder(
                        "nebula", "-config", home.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static String configuration(Path home, int port, Role role, Map<VpnAddress, UnderlayEndpoint> lighthouses) {
        String hosts = lighthouses.entrySet().stream()
                .map(entry -> "  \"" + entry.getKey() + "\": [\"" + entry.getValue() + "\"]\n")
                .collect(Collectors.joining());
        String asked = lighthouses.keySet().stream()
                .map(address -> "    - \"" + address + "\"\n")
                .collect(Collectors.joining());
        String relays = role.relays().stream()
                .map(address -> "    - \"" + address + "\"\n")
                .collect(Collectors.joining());
        return """
            pki:
              ca: %1$s/ca.crt
              cert: %1$s/host.crt
              key: %1$s/host.key
            static_host_map:
            %2$s
            lighthouse:
              am_lighthouse: %3$s
              interval: 5
              hosts:
            %4$s
              local_allow_list:
                "0.0.0.0/0": false
            listen:
              host: 127.0.0.1
              port: %5$d
            punchy:
              punch: true
            relay:
              am_relay: %6$s
              use_relays: true
              relays:
            %7$s
            tun:
              disabled: true
            logging:
              level: debug
            firewall:
              outbound:
                - {port: any, proto: any, host: any}
              inbound:
                - {port: any, proto: any, host: any}
            """.formatted(
                        home,
                        hosts.isEmpty() ? "  {}" : hosts,
                        role.lighthouse(),
                        asked.isEmpty() ? "    []" : asked,
                        port,
                        role.relay(),
                        relays.isEmpty() ? "    []" : relays);
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.pharos.agent.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.status.FakeDaemon;
import dev.pharos.agent.status.LocalServer;
import dev.pharos.agent.status.StatusReport;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebugBundleTests {
    @TempDir
    Path directory;

    private final HostKey inline = HostKey.generate(Curve.P256, new SecureRandom());
    private final HostKey identity = HostKey.generate(Curve.CURVE25519, new SecureRandom());

    @Test
    void itHoldsWhatHelpsAndNoSecret() throws Exception {
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(identity.secret());
        Files.writeString(directory.resolve("identity"), "{\"keys\":{\"signing\":\"" + encoded + "\"}}");
        Path config = Files.writeString(directory.resolve("node.yml"), config());
        StatusReport report = new StatusReport(
                "rpi " + encoded,
                List.of(),
                null,
                null,
                List.of(),
                "0.1.0",
                Instant.EPOCH,
                List.of(),
                List.of(),
                List.of());
        Path file = directory.resolve("bundle.zip");
        EventLog log = new EventLog(System.err, InstantSource.system());
        try (LocalServer _ = LocalServer.start(directory, new FakeDaemon(report), log)) {
            new DebugBundle(directory, Optional.of(config)).write(file);
        }

        Map<String, String> files = unpack(file);
        assertThat(files)
                .containsKeys("version.txt", "status.json", "netcheck.json", "rules.txt", "log.txt", "config.yml")
                .containsKeys("interfaces.txt", "routes.txt");
        assertThat(files.get("config.yml"))
                .contains("am_lighthouse: true", "key: /etc/nebula/host.key", "port: 4242")
                .contains(Redaction.REMOVED);
        String all = String.join("\n", files.values());
        for (HostKey key : List.of(inline, identity)) {
            byte[] secret = key.secret();
            assertThat(all)
                    .doesNotContain(Base64.getEncoder().encodeToString(secret).substring(0, 20))
                    .doesNotContain(
                            Base64.getUrlEncoder().encodeToString(secret).substring(0, 20))
                    .doesNotContain(HexFormat.of().formatHex(secret).substring(0, 20));
        }
        assertThat(all).doesNotContain("PRIVATE KEY", "hunter2", "pharos-join-", "ssh-ed25519");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutAnAgentItSaysSoAndNeverOverwrites() throws Exception {
        Path file = directory.resolve("bundle.zip");
        new DebugBundle(directory, Optional.empty()).write(file);

        assertThat(unpack(file).get("agent.txt")).isEqualTo("no agent runs on " + directory + "\n");
        assertThatThrownBy(() -> new DebugBundle(directory, Optional.empty()).write(file))
                .hasMessageContaining("exists already");
    }

    private String config() {
        String folded = inline.toPem().replace("\n", "\\n");
        return """
            pki:
              key: |
            %s
            other: {key: "%s", cert: host.crt}
            third: {key: /etc/nebula/host.key}
            lighthouse: {am_lighthouse: true}
            listen: {port: 4242}
            sshd:
              host_key: ssh-ed25519 AAAA
              password: hunter2
            note: "pharos-join-abc_DEF-123"
            """.formatted(inline.toPem().indent(4), folded);
    }

    private static Map<String, String> unpack(Path file) throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (var entry : zip.stream().toList()) {
                files.put(
                        entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}

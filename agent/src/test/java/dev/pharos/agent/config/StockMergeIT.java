package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock nebula prints what it has merged when it tests a configuration: the same as ours. */
class StockMergeIT {
    private static final Pattern PRINTED = Pattern.compile("msg=\"(.*pki:.*?[^\\\\])\"");

    @TempDir
    private Path directory;

    @Test
    void aDirectoryIsMergedAsStockNebulaMergesIt() throws Exception {
        write("10-base.yml", TestPki.create("pi", "10.42.0.20/24").yaml() + """
            listen: {host: 127.0.0.1, port: 0}
            cipher: chachapoly
            lighthouse: {am_lighthouse: true, hosts: [10.42.0.1], interval: 60}
            static_host_map: {"10.42.0.1": ["192.0.2.1:4242", "192.0.2.2:4242"]}
            tun: {mtu: 1400, disabled: true}
            firewall:
              outbound_action: reject
              inbound: [{port: 22, proto: tcp, host: a}, {port: 23, proto: tcp, host: a}]
              outbound: [{port: any, proto: any, host: any}]
            """);
        write("20-more.yaml", """
            cipher: ''
            lighthouse: {am_lighthouse: false, hosts: [], interval: 10}
            static_host_map: {"10.42.0.1": ["192.0.2.3:4242"], "10.42.0.2": ["192.0.2.4:4242"]}
            tun: {mtu: 0, dev: other}
            firewall: {inbound: [{port: 80, proto: tcp, host: b}]}
            """);
        write(
                "a/05-deeper.yml",
                "firewall: {conntrack: {tcp_timeout: 12m}, inbound: [{port: 443, proto: tcp, host: c}]}");
        write("a/ignored.conf", "tun: {dev: ignored}");

        assertThat(ConfigFiles.read(directory).values())
                .isEqualTo(YamlFile.parse(Path.of("stock"), byStock()).values());
    }

    private String byStock() throws Exception {
        Process nebula = new ProcessBuilder("nebula", "-config", directory.toString(), "-test")
                .redirectErrorStream(true)
                .start();
        String output = new String(nebula.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher printed = PRINTED.matcher(output);
        assertThat(printed.find()).as(output).isTrue();
        return printed.group(1).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private void write(String name, String yaml) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
    }
}

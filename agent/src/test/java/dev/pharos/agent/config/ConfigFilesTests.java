package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory is merged as Nebula merges it: by mergo with its option to append lists, the later file as destination. */
class ConfigFilesTests {
    @TempDir
    private Path directory;

    @Test
    void aLaterFileWinsAndMappingsAreMergedKeyByKey() throws Exception {
        write("10-base.yml", "listen: {host: 0.0.0.0, port: 4242}\ncipher: aes");
        write("20-more.yaml", "listen: {port: 4243}\ntun: {mtu: 1280}");

        assertThat(merged())
                .isEqualTo(Map.of(
                        "listen",
                        Map.of("host", "0.0.0.0", "port", "4243"),
                        "cipher",
                        "aes",
                        "tun",
                        Map.of("mtu", "1280")));
    }

    /** Nebula's own example: rules of several files are all in force. */
    @Test
    void listsAreJoinedWithTheItemsOfTheLaterFileFirst() throws Exception {
        write("1.yml", "firewall: {inbound: [a, b]}");
        write("2.yml", "firewall: {inbound: [c]}");
        write("3.yml", "firewall: {outbound: [d]}");

        assertThat(merged())
                .isEqualTo(Map.of("firewall", Map.of("inbound", List.of("c", "a", "b"), "outbound", List.of("d"))));
    }

    /** To mergo an empty value is one that was never set; so a later file cannot switch off what an earlier one has on. */
    @Test
    void anEmptyValueOfALaterFileDoesNotCount() throws Exception {
        write("1.yml", "a: true\nb: 5\nc: text\nd: {e: f}\ng: no");
        write("2.yml", "a: false\nb: 0\nc: ''\nd: {}\ng: 'false'");

        assertThat(merged()).isEqualTo(Map.of("a", "true", "b", "5", "c", "text", "d", Map.of("e", "f"), "g", "no"));
    }

    @Test
    void filesAreOrderedByTheirWholePathsAndOthersAreLeftOut() throws Exception {
        write("b.yml", "who: [b]");
        write("a/z.yml", "who: [a-z]");
        write("c.conf", "who: [c]");
        write("readme.txt", "{");

        assertThat(merged()).isEqualTo(Map.of("who", List.of("b", "a-z")));
    }

    @Test
    void aFileThatIsNamedMayHaveAnyEnding() throws Exception {
        Path file = write("nebula.conf", "cipher: aes");

        assertThat(ConfigFiles.read(file).values()).isEqualTo(Map.of("cipher", "aes"));
    }

    @Test
    void aMistakeNamesTheFileItIsIn() throws Exception {
        write("1.yml", "pki: [");
        assertThatThrownBy(this::merged).hasMessageContaining("/1.yml: line 1: ");

        write("1.yml", "static_host_map: {a: [b]}");
        write("2.yml", "static_host_map: {a: b}");
        assertThatThrownBy(this::merged)
                .hasMessageEndingWith("/2.yml: static_host_map.a: is a list in an earlier file, and none here");
    }

    @Test
    void aDirectoryWithoutFilesIsAMistake() {
        assertThatThrownBy(this::merged).hasMessage(directory + ": holds no .yml or .yaml file");
    }

    private Map<String, Object> merged() throws ConfigException {
        return ConfigFiles.read(directory).values();
    }

    private Path write(String name, String yaml) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, yaml);
    }
}

package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.config.ConfigFile.Reread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTests {
    private static final String PKI = TestPki.create("rpi", "10.42.0.20/24").yaml();

    @TempDir
    private Path directory;

    @Test
    void whatCanChangeWhileRunningDoes() throws Exception {
        Reread reread = reread("tun: {mtu: 1300, dev: one}", "tun: {mtu: 1400, dev: one}\nlighthouse: {interval: 5}");

        assertThat(reread.waiting()).isEmpty();
        assertThat(reread.file().config().tun().mtu()).isEqualTo(1400);
        assertThat(reread.file().config().lighthouse().interval()).hasSeconds(5);
    }

    @Test
    void whatCannotIsToldAndStays() throws Exception {
        Reread reread = reread(
                "tun: {mtu: 1300, dev: one}\nlisten: {port: 4242}",
                "tun: {mtu: 1400, dev: two}\nlisten: {host: '::'}\ncipher: chachapoly");

        assertThat(reread.waiting()).containsExactlyInAnyOrder("tun.dev", "listen.port", "listen.host", "cipher");
        NebulaConfig config = reread.file().config();
        assertThat(config.tun().device()).isEqualTo("one");
        assertThat(config.tun().mtu()).isEqualTo(1400);
        assertThat(config.listen().where()).isEqualTo(new HostPort("0.0.0.0", 4242));
    }

    @Test
    void itIsToldAtEveryReadingUntilItIsTakenBack() throws Exception {
        Reread first = reread("tun: {dev: one}", "tun: {dev: two}");
        assertThat(first.file().again().waiting()).isEqualTo(List.of("tun.dev"));

        write("tun: {dev: one}");
        assertThat(first.file().again().waiting()).isEmpty();
    }

    @Test
    void aMistakeLeavesTheOldOneGood() throws Exception {
        ConfigFile file = ConfigFile.read(write("tun: {mtu: 1280}"));
        write("tun: {mtu: many}");

        assertThatThrownBy(file::again).hasMessageEndingWith("tun.mtu: is \"many\", must be a whole number");
        assertThat(file.config().tun().mtu()).isEqualTo(1280);
    }

    private Reread reread(String before, String after) throws Exception {
        ConfigFile file = ConfigFile.read(write(before));
        write(after);
        return file.again();
    }

    private Path write(String yaml) throws Exception {
        return Files.writeString(directory.resolve("node.yml"), PKI + yaml + "\n");
    }
}

package dev.pharos.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PharosAgentTests {
    @Test
    void aMissingCommandIsWrongUsage() {
        Run run = Run.of();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("pharos-agent: a command is missing\nSee: pharos-agent --help\n");
    }

    @Test
    void anUnknownCommandIsWrongUsageAndNamed() {
        Run run = Run.of("fly");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'fly'").doesNotContain("Exception");
    }

    @Test
    void theVersionNamesBuildAndPlatform() {
        Run run = Run.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("pharos-agent \\d+\\.\\d+\\.\\d+\\S* \\(linux/(amd64|arm64)\\)\n");
    }

    @Test
    void aMissingConfigurationFileIsOneLine() {
        Run run = Run.of("run", "--config", "/nowhere/node.yml");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("pharos-agent: /nowhere/node.yml: no such file\n");
    }

    @Test
    void aHostThatIsNotEnrolledIsTold(@TempDir Path directory) {
        for (String command : new String[] {"run", "status", "up", "leave", "netcheck", "debug"}) {
            Run run = Run.of(command, "--state-dir", directory.resolve("state").toString());

            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).hasLineCount(1).contains("is not enrolled");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aDamagedTokenIsRefusedAndLeavesNothing(@TempDir Path directory) {
        Run run = Run.of(
                "up",
                "--token",
                "pharos-join-abc",
                "--state-dir",
                directory.resolve("state").toString());

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).hasLineCount(1);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void helpNamesTheCommandsThereAre() {
        assertThat(Run.of("--help").out())
                .contains("run", "up", "status", "ping", "leave", "cert", "netcheck", "explain", "debug");
    }

    @Test
    void aWrongLogFormatIsWrongUsage() {
        assertThat(Run.of("run", "--log-format", "xml").exitCode()).isEqualTo(2);
        assertThat(Run.of("--log-format", "xml", "run").exitCode()).isEqualTo(2);
    }
}

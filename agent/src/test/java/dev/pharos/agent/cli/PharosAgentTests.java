package dev.pharos.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}

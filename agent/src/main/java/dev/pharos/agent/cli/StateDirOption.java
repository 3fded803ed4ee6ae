package dev.pharos.agent.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a managed host keeps what it is. */
final class StateDirOption {
    static final String DEFAULT = "/var/lib/pharos-agent";

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = DEFAULT,
            description = "Directory of this host's keys and configuration (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    Path directory;
}

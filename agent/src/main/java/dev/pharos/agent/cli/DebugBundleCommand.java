package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.diagnosis.DebugBundle;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bundle",
        mixinStandardHelpOptions = true,
        description =
                "Writes a zip file for whoever helps: status, rules, tunnels, recent log lines, versions, interfaces"
                        + " and routes. Private keys, tokens and passwords are taken out; addresses and names are not.")
final class DebugBundleCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Take this configuration file along, without its secrets.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--output", paramLabel = "FILE", description = "Where it goes (default: pharos-debug-TIME.zip).")
    private Optional<Path> output = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException {
        Path file = output.orElseGet(() -> Path.of("pharos-debug-" + TIME.format(Instant.now()) + ".zip"));
        Set<String> names = new DebugBundle(state.directory, config).write(file);
        spec.commandLine().getOut().println(file + ": " + String.join(", ", names));
        return ExitCode.FINE.number();
    }
}

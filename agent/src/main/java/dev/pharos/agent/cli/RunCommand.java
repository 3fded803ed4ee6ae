package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.node.Managed;
import dev.pharos.agent.node.StandAlone;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs this host in the foreground: an enrolled one, or with --config one of an ordinary Nebula"
                + " network.")
final class RunCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A Nebula configuration file, or a directory of them; SIGHUP reads it again.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--test", description = "With --config: only says what is wrong with it, and ends with 0 or 1.")
    private boolean test;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Directory of this host's keys and configuration (default: " + StateDirOption.DEFAULT
                    + "); with --config it is optional and lets status be asked.")
    private Optional<Path> stateDir = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private PharosAgent agent;

    @Override
    public Integer call() throws AgentException, InterruptedException {
        if (test && config.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--test needs --config");
        }
        if (test) {
            StandAlone.check(config.get(), agent.log());
        } else if (config.isPresent()) {
            new StandAlone(config.get(), stateDir, agent.log(), agent.logFormat()).run();
        } else {
            Path directory = stateDir.orElse(Path.of(StateDirOption.DEFAULT));
            try (StateDirectory state = StateDirectory.openExisting(directory)) {
                state.requireEnrolled();
                new Managed(state, agent.log()).run();
            }
        }
        return ExitCode.FINE.number();
    }
}

package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.control.Enrolment;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.node.AwaitingApproval;
import dev.pharos.agent.node.Managed;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Joins a network with an enrolment token, if this host has not joined it yet, and runs in the foreground.",
            "The token may also be in the environment as PHAROS_TOKEN.",
            "Where the token asks for it, the host first waits to be approved; status says so meanwhile.",
            "When no server answers, or another one than the token promises, the new key stays in the state directory"
                    + " as identity.enrolling: a server may have the request although its answer was lost, and the next"
                    + " try with a token of that network goes on with the same key."
        })
final class UpCommand implements Callable<Integer> {
    @Mixin
    private final TokenOptions token = new TokenOptions();

    @Option(names = "--name", paramLabel = "NAME", description = "The name that this host would like.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private final StateDirOption stateDir = new StateDirOption();

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private PharosAgent agent;

    @Override
    public Integer call() throws AgentException, InterruptedException {
        EventLog log = agent.log();
        Optional<String> text = token.token();
        if (text.isEmpty()) {
            try (StateDirectory state = StateDirectory.openExisting(stateDir.directory)) {
                state.requireEnrolled();
                new Managed(state, log).run();
            }
            return ExitCode.FINE.number();
        }
        try (StateDirectory state = StateDirectory.open(stateDir.directory)) {
            new Enrolment(state, log, InstantSource.system(), new SecureRandom())
                    .enrol(text.get(), name, AwaitingApproval.on(state, name, log));
            new Managed(state, log).run();
        }
        return ExitCode.FINE.number();
    }
}

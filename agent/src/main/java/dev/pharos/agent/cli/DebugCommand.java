package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.status.LocalClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "debug",
        mixinStandardHelpOptions = true,
        subcommands = DebugBundleCommand.class,
        description = {
            "Speaks to the debug console of the running agent, which knows what nebula's console knows: the command"
                    + " \"help\" lists what there is.",
            "Its options come before the console's command: pharos-agent debug --state-dir DIR list-hostmap -json"
        })
final class DebugCommand implements Callable<Integer> {
    static final String NAME = "debug";

    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "A command of the console, and its options.")
    private List<String> words = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException {
        String answer;
        try (LocalClient client = RunningAgent.connect(state.directory)) {
            answer = client.debug(words.isEmpty() ? List.of("help") : words);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(answer);
        out.flush();
        return ExitCode.FINE.number();
    }
}

package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.status.LocalClient;
import dev.pharos.agent.status.StatusPrint;
import dev.pharos.agent.status.StatusReport;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows the peers of the running agent, the path to each, and how it stands with the control plane.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--check",
            description = {
                "Fail, with one line for each reason, when something needs a look: no lighthouse answers, the control"
                        + " plane has been gone for an hour, a bundle is not enforced, a"
                        + " certificate is about to end, a bound on what others may cost was hit in the last hour.",
                "A shorter loss of the control plane is a notice: no tunnel needs it."
            })
    private boolean check;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException {
        StatusReport report;
        try (LocalClient client = RunningAgent.connect(state.directory)) {
            report = check ? client.check() : client.status();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(StatusPrint.json(report));
        } else if (check) {
            report.problems().forEach(out::println);
            if (report.notices() != null) {
                report.notices().forEach(notice -> out.println("notice: " + notice));
            }
        } else {
            out.print(StatusPrint.table(report, Instant.now()));
        }
        out.flush();
        return check && !report.problems().isEmpty() ? ExitCode.FAILED.number() : ExitCode.FINE.number();
    }
}

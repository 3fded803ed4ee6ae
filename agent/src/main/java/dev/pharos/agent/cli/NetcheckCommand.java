package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.status.LocalClient;
import dev.pharos.agent.status.NetcheckPrint;
import dev.pharos.agent.status.NetcheckReport;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "netcheck",
        mixinStandardHelpOptions = true,
        description = {
            "Asks every lighthouse by UDP, and shows how this host looks from outside: the kind of NAT before it, its"
                    + " endpoints, IPv6, the control plane, and whether full packets fit.",
            "Ends with 1 when there are lighthouses and none answers."
        })
final class NetcheckCommand implements Callable<Integer> {
    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException {
        NetcheckReport report;
        try (LocalClient client = RunningAgent.connect(state.directory)) {
            report = client.netcheck();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? NetcheckPrint.json(report) + "\n" : NetcheckPrint.text(report, Instant.now()));
        out.flush();
        boolean alone = !report.lighthouses().isEmpty()
                && report.lighthouses().stream().noneMatch(NetcheckReport.Lighthouse::reachable);
        return alone ? ExitCode.FAILED.number() : ExitCode.FINE.number();
    }
}

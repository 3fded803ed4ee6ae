package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.status.ExplainPrint;
import dev.pharos.agent.status.ExplainReply;
import dev.pharos.agent.status.LocalClient;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says whether this host's firewall lets a flow through, and which rule decides.",
            "One end is this host. The running agent is asked, as rules ask for the other end's certificate, which only"
                    + " a tunnel shows; the other end judges by its own rules, so ask there too.",
            "Ends with 0 when the flow is allowed, with 1 when it is not."
        })
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Parameters(index = "0", paramLabel = "SRC", description = "Who begins: name or overlay address.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String source;

    @Parameters(
            index = "1",
            paramLabel = "DST",
            description = "Who is spoken to: name, address, or one in a routed subnet.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String destination;

    @Parameters(index = "2", paramLabel = "PROTO/PORT", description = "tcp/22, udp/53, or icmp.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String service;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException {
        ExplainReply reply;
        try (LocalClient client = RunningAgent.connect(state.directory)) {
            reply = client.explain(source, destination, service);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? ExplainPrint.json(reply) : ExplainPrint.text(reply));
        out.flush();
        return reply.allowed() ? ExitCode.FINE.number() : ExitCode.FAILED.number();
    }
}

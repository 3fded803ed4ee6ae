package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.status.LocalClient;
import dev.pharos.agent.status.PingReply;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        description = "Measures the way to a host inside its tunnel: no firewall rule is asked, no program answers.")
final class PingCommand implements Callable<Integer> {
    private static final long INTERVAL_MILLIS = 1000;

    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Parameters(paramLabel = "HOST", description = "Name or overlay address.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String host;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "COUNT",
            defaultValue = "4",
            description = "How many times (default: ${DEFAULT-VALUE}).")
    private int count;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        int answered = 0;
        try (LocalClient client = RunningAgent.connect(state.directory)) {
            for (int i = 0; i < count; i++) {
                if (i > 0) {
                    pause();
                }
                answered += ping(client, out) ? 1 : 0;
            }
        }
        return answered > 0 ? ExitCode.FINE.number() : ExitCode.FAILED.number();
    }

    private boolean ping(LocalClient client, PrintWriter out) {
        try {
            PingReply reply = client.ping(host);
            out.printf(
                    Locale.ROOT,
                    "%s (%s) by %s: %.2f ms%n",
                    reply.name(),
                    reply.address(),
                    reply.path(),
                    reply.rttMs());
            return true;
        } catch (AgentException e) {
            out.println(e.getMessage());
            return false;
        } finally {
            out.flush();
        }
    }

    private static void pause() throws InterruptedException {
        boolean never = new CountDownLatch(1).await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        assert !never;
    }
}

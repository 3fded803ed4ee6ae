package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.control.WhileWaiting;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.status.ExplainReply;
import dev.pharos.agent.status.LocalDaemon;
import dev.pharos.agent.status.LocalServer;
import dev.pharos.agent.status.NetcheckReport;
import dev.pharos.agent.status.PingReply;
import dev.pharos.agent.status.StatusReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A host that has asked to join and waits for an administrator: no device, no tunnel, but {@code status} says what is
 * awaited, and the service counts as started.
 */
public final class AwaitingApproval implements LocalDaemon {
    private final String notice;
    private final String name;
    private final Instant since = Instant.now();

    private AwaitingApproval(String host, Optional<String> name) {
        this.name = name.orElse("");
        this.notice =
                "waiting to be approved as " + host + ": an administrator lets this host in on the control plane's"
                        + " page of hosts, or with POST /api/v1/hosts/" + host + "/approve";
    }

    /** Answers commands until the wait is over; being told to end meanwhile ends the process, as it would a node. */
    public static WhileWaiting on(StateDirectory state, Optional<String> name, EventLog log) {
        return host -> {
            AwaitingApproval waiting = new AwaitingApproval(host, name);
            log.info(waiting.notice);
            state.lock();
            LocalServer server = LocalServer.start(state.path(), waiting, log);
            Signals signals = Signals.take(() -> log.info("nothing to reload"));
            Thread end = Thread.ofVirtual().name("end-of-wait").start(() -> endWith(signals, log));
            ServiceManager.ofEnvironment(log).ready();
            return () -> {
                end.interrupt();
                server.close();
            };
        };
    }

    private static void endWith(Signals signals, EventLog log) {
        try {
            signals.awaitEnd();
            log.info("ended before it was approved");
            System.exit(0);
        } catch (InterruptedException e) {
            log.debug("no longer waiting");
        }
    }

    @Override
    public StatusReport status() {
        return new StatusReport(
                name,
                List.of(),
                null,
                null,
                List.of(),
                AgentVersion.current(),
                since,
                List.of(),
                List.of(notice),
                List.of());
    }

    @Override
    public StatusReport check() {
        return status().with(List.of(notice), List.of());
    }

    @Override
    public PingReply ping(String host) throws AgentException {
        throw notYet();
    }

    @Override
    public ExplainReply explain(String source, String destination, String service) throws AgentException {
        throw notYet();
    }

    @Override
    public NetcheckReport netcheck() throws AgentException {
        throw notYet();
    }

    @Override
    public String debug(List<String> arguments) throws AgentException {
        throw notYet();
    }

    @Override
    public void leave() throws AgentException {
        throw notYet();
    }

    private AgentException notYet() {
        return new AgentException(notice);
    }
}

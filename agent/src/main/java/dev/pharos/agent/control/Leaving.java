package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.ProblemType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells the control plane that this host is going for good. */
final class Leaving {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<URI> servers;
    private final AgentHttp http;

    Leaving(List<URI> servers, AgentHttp http) {
        this.servers = servers;
        this.http = http;
    }

    /** @throws AgentException when no node took it */
    void tell() throws AgentException {
        List<String> failures = new ArrayList<>();
        for (URI server : servers) {
            try {
                AgentHttp.Answer answer =
                        http.post(server, "/leave", Map.of(), TIMEOUT, ControlJson.MAX_ENVELOPE_BYTES);
                if (answer.status() == 204 || isForgotten(answer)) {
                    return;
                }
                failures.add(server + ": " + BundleFetch.unexpected(answer).getMessage());
            } catch (IOException e) {
                failures.add(server + ": " + Failures.describe(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AgentException("interrupted before the control plane was told", e);
            }
        }
        throw new AgentException(
                "the control plane could not be told, so nothing was wiped (leave --force wipes all the same): "
                        + String.join("; ", failures));
    }

    /** Nothing is left there to take this host out of. */
    private static boolean isForgotten(AgentHttp.Answer answer) {
        return answer.problem().flatMap(Problem::knownType).equals(Optional.of(ProblemType.HOST_UNKNOWN));
    }
}

package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.control.AgentHttp.Answer;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.ProblemType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Waits until an administrator has let this host in, for as long as that takes: whatever a node answers other than a plain
 * refusal, the next one is asked.
 */
final class Approval {
    private static final int WAIT_SECONDS = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(WAIT_SECONDS + 15);

    private final EventLog log;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Backoff backoff;

    Approval(EventLog log, InstantSource clock, RandomGenerator random) {
        this.log = log;
        this.clock = clock;
        this.random = random;
        this.backoff = Backoff.ofAnswersInVain(random);
    }

    /**
     * Returns once there is a bundle for the host.
     *
     * @throws AgentException with {@link ExitCode#REFUSED} when it was turned away
     */
    void await(EnrollmentToken token, HostIdentity identity, String host) throws AgentException, InterruptedException {
        List<URI> servers = new ArrayList<>(token.urls());
        Collections.shuffle(servers, random);
        try (AgentHttp http = new AgentHttp(token.tls(), identity.signingKey(), host, clock)) {
            while (true) {
                for (URI server : servers) {
                    if (isApproved(http, server)) {
                        return;
                    }
                }
            }
        }
    }

    private boolean isApproved(AgentHttp http, URI server) throws AgentException, InterruptedException {
        try {
            Answer answer =
                    http.get(server, "/bundle", "wait=" + WAIT_SECONDS, TIMEOUT, ControlJson.MAX_ENVELOPE_BYTES);
            if (answer.status() == 200) {
                return true;
            }
            if (answer.status() == 304) {
                backoff.reset();
                return false;
            }
            refuse(answer);
            log.debug("not approved yet", "url", server, "status", answer.status());
        } catch (IOException e) {
            log.debug("not approved yet", "url", server, "why", Failures.describe(e));
        }
        Thread.sleep(backoff.next());
        return false;
    }

    private static void refuse(Answer answer) throws AgentException {
        Optional<ProblemType> problem = answer.problem().flatMap(Problem::knownType);
        if (problem.equals(Optional.of(ProblemType.HOST_UNKNOWN))) {
            throw new AgentException(ExitCode.REFUSED, "the control plane did not approve this host");
        }
        if (problem.equals(Optional.of(ProblemType.HOST_BLOCKED))) {
            throw new AgentException(ExitCode.REFUSED, "the control plane has blocked this host");
        }
    }
}

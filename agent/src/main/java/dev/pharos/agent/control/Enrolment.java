package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.BundleVerdict;
import dev.pharos.protocol.bundle.BundleVerifier;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.CriticalFields;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.EnrollmentPending;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.ProblemType;
import dev.pharos.protocol.bundle.RequestSignature;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.cert.Curve;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Makes this host a member of a network: shows the control plane a token and the public halves of keys made here, and
 * stores the signed bundle that comes back. A refusal leaves nothing on disk.
 */
public final class Enrolment {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final StateDirectory state;
    private final EventLog log;
    private final InstantSource clock;
    private final SecureRandom random;

    public Enrolment(StateDirectory state, EventLog log, InstantSource clock, SecureRandom random) {
        this.state = state;
        this.log = log;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Enrols, unless this host already belongs to the token's network; waits to be approved where the token wants that.
     *
     * @param name that the host would like
     * @param whileWaiting for an administrator, what else to do
     * @throws AgentException with {@link ExitCode#REFUSED} when the token is not good for it
     */
    public void enrol(String tokenText, Optional<String> name, WhileWaiting whileWaiting)
            throws AgentException, InterruptedException {
        // Then the control plane may know these keys already, and only lacks a way to say so.
        boolean begun = state.enrolling().isPresent();
        try {
            enrolUnlessEnrolled(parse(tokenText), name, whileWaiting);
        } catch (AgentException e) {
            if (e.exitCode() == ExitCode.REFUSED && !state.isEnrolled() && !(e instanceof WrongServer && begun)) {
                state.abandon();
            }
            throw e;
        }
    }

    private void enrolUnlessEnrolled(EnrollmentToken token, Optional<String> name, WhileWaiting whileWaiting)
            throws AgentException, InterruptedException {
        Optional<HostIdentity> enrolled = state.identity();
        if (enrolled.isPresent()) {
            if (!enrolled.get().network().equals(token.network())) {
                throw new AgentException(
                        ExitCode.REFUSED,
                        state.path() + " belongs to another network ("
                                + enrolled.get().network() + "), the token is for " + token.network()
                                + "; leave that one first or choose another --state-dir");
            }
            return;
        }
        HostIdentity identity = begin(token);
        switch (ask(token, identity, name)) {
            case Asked.Joined(EnrollmentAnswer answer) -> finish(token, identity, answer);
            case Asked.Awaits(String host) -> {
                try (WhileWaiting.Ended _ = whileWaiting.begin(host)) {
                    finish(token, identity, approved(token, identity, name, host));
                }
            }
        }
    }

    /** Whom the control plane knows, it lets in or keeps waiting. */
    private sealed interface Asked {
        record Joined(EnrollmentAnswer answer) implements Asked {}

        record Awaits(String host) implements Asked {}
    }

    private EnrollmentAnswer approved(EnrollmentToken token, HostIdentity identity, Optional<String> name, String host)
            throws AgentException, InterruptedException {
        Approval approval = new Approval(log, clock, random);
        Backoff backoff = Backoff.ofAnswersInVain(random);
        while (true) {
            approval.await(token, identity, host);
            try {
                if (ask(token, identity, name) instanceof Asked.Joined(EnrollmentAnswer answer)) {
                    return answer;
                }
            } catch (AgentException e) {
                if (e.exitCode() == ExitCode.REFUSED) {
                    throw e;
                }
                log.warning("approved, and not joined yet", "why", e.getMessage());
            }
            Thread.sleep(backoff.next());
        }
    }

    private static EnrollmentToken parse(String text) throws AgentException {
        try {
            return EnrollmentToken.parse(text);
        } catch (MalformedException e) {
            throw new AgentException(ExitCode.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    /** An enrolment whose answer was lost goes on with the same keys, which the control plane answers the same. */
    private HostIdentity begin(EnrollmentToken token) throws AgentException {
        Optional<HostIdentity> begun =
                state.enrolling().filter(one -> one.network().equals(token.network()));
        HostIdentity identity = new HostIdentity(
                HostIdentity.VERSION,
                token.network(),
                Optional.empty(),
                List.of(token.bundleKey()),
                token.urls(),
                token.tls(),
                begun.isPresent() ? begun.get().keys() : HostIdentity.Keys.generate(random));
        state.writeEnrolling(identity);
        return identity;
    }

    private Asked ask(EnrollmentToken token, HostIdentity identity, Optional<String> name)
            throws AgentException, InterruptedException {
        EnrollmentRequest request = request(token, identity, name);
        List<URI> servers = new ArrayList<>(token.urls());
        Collections.shuffle(servers, random);
        List<String> failures = new ArrayList<>();
        boolean wrongKey = false;
        SigningKey key = identity.signingKey();
        try (AgentHttp http =
                new AgentHttp(token.tls(), key, RequestSignature.enrollingKeyId(key.publicKey()), clock)) {
            for (URI server : servers) {
                try {
                    return answer(
                            server,
                            http.post(server, "/enroll", request, TIMEOUT, ControlJson.MAX_ANSWER_BYTES),
                            failures);
                } catch (IOException e) {
                    failures.add(server + ": " + Failures.describe(e));
                    wrongKey |= Failures.isWrongKey(e);
                } catch (NextServer e) {
                    log.debug("control plane node cannot enrol", "url", server);
                }
            }
        }
        String story = "cannot enrol, no control-plane node can be used: " + String.join("; ", failures);
        throw wrongKey ? new WrongServer(story) : new AgentException(story);
    }

    /** Somebody else than the token's control plane answers at its address. */
    private static final class WrongServer extends AgentException {
        private static final long serialVersionUID = 1L;

        private WrongServer(String message) {
            super(ExitCode.REFUSED, message);
        }
    }

    /** This node could not say yes or no; another one may. */
    private static final class NextServer extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static Asked answer(URI server, AgentHttp.Answer answer, List<String> failures)
            throws AgentException, NextServer {
        if (answer.status() == 200 || answer.status() == 202) {
            try {
                return answer.status() == 200
                        ? new Asked.Joined(
                                ControlJson.read(EnrollmentAnswer.class, answer.body(), ControlJson.MAX_ANSWER_BYTES))
                        : new Asked.Awaits(
                                ControlJson.read(EnrollmentPending.class, answer.body(), ControlJson.MAX_ENVELOPE_BYTES)
                                        .host());
            } catch (MalformedException e) {
                failures.add(server + ": its answer is not understood (" + e.getMessage() + ")");
                throw new NextServer();
            }
        }
        Optional<Problem> problem = answer.problem();
        if (problem.flatMap(Problem::knownType).filter(Enrolment::isRefusal).isPresent()) {
            throw new AgentException(ExitCode.REFUSED, "the control plane refuses this host: " + words(problem.get()));
        }
        failures.add(server + ": answered with status " + answer.status());
        throw new NextServer();
    }

    private static boolean isRefusal(ProblemType type) {
        return switch (type) {
            case TOKEN_INVALID,
                    TOKEN_EXPIRED,
                    TOKEN_USED_UP,
                    NAME_TAKEN,
                    ADDRESS_TAKEN,
                    HOST_BLOCKED,
                    HOST_UNKNOWN,
                    MALFORMED -> true;
            case HOST_PENDING, SIGNATURE, SHOW_BUNDLE, NOT_FOUND -> false;
        };
    }

    private static String words(Problem problem) {
        return problem.detail()
                .filter(detail -> !detail.isBlank())
                .orElse(problem.title())
                .replaceAll("\\s+", " ");
    }

    private static EnrollmentRequest request(EnrollmentToken token, HostIdentity identity, Optional<String> name)
            throws AgentException {
        try {
            return new EnrollmentRequest(
                    token.secret(),
                    name,
                    EnrollmentRequest.Keys.of(
                            identity.signingKey().publicKey(),
                            identity.hostKey(Curve.CURVE25519).publicKey(),
                            identity.hostKey(Curve.P256).publicKey()),
                    AgentVersion.platform(),
                    AgentVersion.current());
        } catch (MalformedException e) {
            throw new AgentException("the keys of an earlier enrolment are damaged: " + e.getMessage(), e);
        }
    }

    /** Bundle before identity: a host is enrolled once {@code identity} is there. */
    private void finish(EnrollmentToken token, HostIdentity identity, EnrollmentAnswer answer) throws AgentException {
        BundleVerdict verdict =
                BundleVerifier.enrolling(token, CriticalFields.KNOWN).verify(answer.envelope());
        switch (verdict) {
            case BundleVerdict.Refused refused ->
                throw new AgentException(
                        ExitCode.REFUSED, "the control plane's answer is not to be trusted: " + refused.message());
            case BundleVerdict.Accepted accepted -> {
                try {
                    Bundle.assemble(accepted, Bundle.PartSource.of(answer.parts()));
                } catch (MalformedException e) {
                    throw new AgentException("the control plane's answer is not understood: " + e.getMessage(), e);
                }
                HostIdentity enrolled =
                        identity.enrolled(accepted.manifest().host()).accepting(List.copyOf(accepted.pins()));
                state.writeBundle(answer);
                state.writeIdentity(enrolled);
                state.deleteEnrolling();
                log.info(
                        "enrolled",
                        "network",
                        token.network(),
                        "host",
                        accepted.manifest().host());
            }
        }
    }
}

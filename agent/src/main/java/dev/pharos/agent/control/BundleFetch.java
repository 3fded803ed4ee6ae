package dev.pharos.agent.control;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.BundleVerdict;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.ProblemType;
import dev.pharos.protocol.bundle.RevisionId;
import dev.pharos.protocol.bundle.ShownBundle;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The two requests by which a bundle comes: a long poll for its envelope, and one for each part that is new. */
final class BundleFetch {
    /** For how long the server may hold its answer back; 50 s at most. */
    enum Wait {
        LONG(50),
        /** To see whether the server is there at all. */
        NONE(0);

        private final int seconds;

        Wait(int seconds) {
            this.seconds = seconds;
        }

        private Duration timeout() {
            return Duration.ofSeconds(seconds + 15);
        }
    }

    private static final Duration PART_TIMEOUT = Duration.ofSeconds(30);

    private final AgentHttp http;
    private final URI server;

    BundleFetch(AgentHttp http, URI server) {
        this.http = http;
        this.server = server;
    }

    /** The server said something that is not in the protocol, or that it does not want us. */
    static class UnexpectedAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        UnexpectedAnswer(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** The server does not take this host's signature, also with a nonce and the time it gave. */
    static final class SignatureRefused extends UnexpectedAnswer {
        private static final long serialVersionUID = 1L;

        SignatureRefused(int status, String message) {
            super(status, message);
        }
    }

    /** The server does not know the bundle that this host enforces, and asks to see it. */
    static final class WantsToBeShown extends IOException {
        private static final long serialVersionUID = 1L;

        WantsToBeShown() {
            super("it asks for the bundle that this host enforces");
        }
    }

    /**
     * The next bundle's envelope, not yet judged; empty when there is nothing newer.
     *
     * @param wait whether the server shall hold the answer back until there is something newer
     */
    Optional<Envelope> poll(RevisionId enforced, Wait wait)
            throws IOException, InterruptedException, MalformedException {
        String query = "epoch=" + enforced.revision().epoch() + "&number="
                + enforced.revision().number() + "&digest=" + enforced.digest() + "&wait=" + wait.seconds;
        AgentHttp.Answer answer = http.get(server, "/bundle", query, wait.timeout(), ControlJson.MAX_ENVELOPE_BYTES);
        return switch (answer.status()) {
            case 200 -> Optional.of(Envelope.parse(answer.body()));
            case 304 -> Optional.empty();
            default -> {
                if (answer.problem().flatMap(Problem::knownType).equals(Optional.of(ProblemType.SHOW_BUNDLE))) {
                    throw new WantsToBeShown();
                }
                throw unexpected(answer);
            }
        };
    }

    /**
     * Shows the server the bundle that this host enforces.
     *
     * @throws UnexpectedAnswer when it does not want it
     */
    void show(EnrollmentAnswer current, Digest trust) throws IOException, InterruptedException {
        ShownBundle shown = new ShownBundle(
                current.envelope(),
                java.util.Objects.requireNonNull(current.parts().get(trust)));
        AgentHttp.Answer answer = http.post(server, "/bundle", shown, PART_TIMEOUT, ControlJson.MAX_ENVELOPE_BYTES);
        if (answer.status() != 204) {
            throw unexpected(answer);
        }
    }

    /** The bundle with all its parts, those it shares with the current one taken from there. */
    EnrollmentAnswer complete(Envelope envelope, BundleVerdict.Accepted accepted, EnrollmentAnswer current)
            throws IOException, InterruptedException, MalformedException {
        Map<Digest, Binary> parts = new HashMap<>();
        for (Digest digest : accepted.manifest().parts().all()) {
            Binary known = current.parts().get(digest);
            parts.put(digest, known == null ? part(digest) : known);
        }
        return new EnrollmentAnswer(envelope, parts);
    }

    private Binary part(Digest digest) throws IOException, InterruptedException, MalformedException {
        AgentHttp.Answer answer = http.get(server, "/parts/" + digest, "", PART_TIMEOUT, ControlJson.MAX_PART_BYTES);
        if (answer.status() != 200) {
            throw unexpected(answer);
        }
        if (!Digest.of(answer.body()).equals(digest)) {
            throw new MalformedException("the bytes sent are not part " + digest);
        }
        return Binary.of(answer.body());
    }

    static UnexpectedAnswer unexpected(AgentHttp.Answer answer) {
        String why = answer.problem()
                .map(problem -> ", " + problem.detail().orElse(problem.title()))
                .orElse("");
        String message = "it answered with status " + answer.status() + why;
        return answer.status() == 401
                ? new SignatureRefused(answer.status(), message)
                : new UnexpectedAnswer(answer.status(), message);
    }
}

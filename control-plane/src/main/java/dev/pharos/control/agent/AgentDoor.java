package dev.pharos.control.agent;

import dev.pharos.control.agent.AgentRequest.FromHost;
import dev.pharos.control.agent.AgentRequest.FromKey;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.ProblemDocument;
import dev.pharos.control.host.Host;
import dev.pharos.control.host.Hosts;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.ContentDigest;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.RequestSignature;
import dev.pharos.protocol.bundle.RequestTarget;
import dev.pharos.protocol.bundle.SigningPublicKey;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets signed requests in and nobody else (docs/control-protocol.md, "Signed requests"): the body is what was signed, the
 * time is right, the signature is the host's, the nonce is ours and new. The nonce is looked at last, so that a request
 * which fails for another reason does not cost it.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
final class AgentDoor extends OncePerRequestFilter {
    private static final String ROOT = "/agent/v1/";
    private static final String ENROLL = "/agent/v1/enroll";
    private static final String BUNDLE = "/agent/v1/bundle";
    private static final String LEAVE = "/agent/v1/leave";
    private static final Duration CLOCK_MAY_DIFFER = Duration.ofMinutes(5);

    private final Hosts hosts;
    private final Nonces nonces;
    private final JsonMapper json;
    private final Clock clock;

    AgentDoor(Hosts hosts, Nonces nonces, JsonMapper json, Clock clock) {
        this.hosts = hosts;
        this.nonces = nonces;
        this.json = json;
        this.clock = clock;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith(ROOT);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader(RequestSignature.NONCE_HEADER, nonces.issue());
        response.setHeader(
                RequestSignature.TIME_HEADER, Long.toString(clock.instant().getEpochSecond()));
        byte[] body = request.getInputStream().readNBytes(ControlJson.MAX_ENVELOPE_BYTES + 1);
        try {
            request.setAttribute(AgentRequest.class.getName(), admit(request, body));
        } catch (Problem problem) {
            ProblemDocument.of(problem).write(response, json);
            return;
        }
        chain.doFilter(new ReadRequest(request, body), response);
    }

    private AgentRequest admit(HttpServletRequest request, byte[] body) {
        if (body.length > ControlJson.MAX_ENVELOPE_BYTES) {
            throw new Problem(HttpStatus.CONTENT_TOO_LARGE, "malformed", "the body is too large");
        }
        String contentDigest = header(request, ContentDigest.HEADER);
        RequestSignature signature = signature(request);
        if (!digestMatches(contentDigest, body)) {
            throw refused("the body is not the one that was signed");
        }
        Duration off = Duration.between(signature.created(), clock.instant()).abs();
        if (off.compareTo(CLOCK_MAY_DIFFER) > 0) {
            throw refused("the clock is off by " + off.toSeconds() + " s");
        }
        Optional<Host> host = request.getRequestURI().equals(ENROLL) ? Optional.empty() : Optional.of(host(signature));
        SigningPublicKey key = host.map(AgentDoor::keyOf)
                .or(signature::enrollingKey)
                .orElseThrow(() -> refused("an enrolment is signed by the key that is enrolled"));
        if (!signature.verifies(key, target(request), contentDigest)) {
            throw refused("the signature does not match");
        }
        if (!nonces.use(signature.nonce())) {
            throw refused("the nonce is not one of this node's, expired or used");
        }
        host.ifPresent(AgentDoor::refuseBlocked);
        host.filter(Host::pending).ifPresent(waiting -> refuseUnlessWaiting(waiting, request));
        return host.<AgentRequest>map(known -> new FromHost(known.id(), known.networkId()))
                .orElseGet(() -> new FromKey(key));
    }

    private Host host(RequestSignature signature) {
        return hosts.findById(signature.keyId())
                .filter(host -> host.enrolled() && !host.deleted())
                .orElseThrow(() -> new Problem(
                        HttpStatus.NOT_FOUND, "host-unknown", "there is no host " + printable(signature.keyId())));
    }

    private static void refuseBlocked(Host host) {
        if (host.blocked()) {
            throw Problem.blocked(host.name());
        }
    }

    /** A host that has not been approved may wait for that, or give up. */
    private static void refuseUnlessWaiting(Host host, HttpServletRequest request) {
        boolean waits =
                request.getMethod().equals("GET") && request.getRequestURI().equals(BUNDLE);
        if (!waits && !request.getRequestURI().equals(LEAVE)) {
            throw new Problem(
                    HttpStatus.FORBIDDEN, "host-pending", "the host " + host.name() + " has not been approved yet");
        }
    }

    private static SigningPublicKey keyOf(Host host) {
        return new SigningPublicKey(Binary.of(host.signingKey().orElseThrow()));
    }

    private static RequestTarget target(HttpServletRequest request) {
        @Nullable String query = request.getQueryString();
        try {
            return RequestTarget.of(request.getMethod(), request.getRequestURI(), query == null ? "" : query);
        } catch (IllegalArgumentException e) {
            throw refused("the request's target is not plain ASCII");
        }
    }

    private static RequestSignature signature(HttpServletRequest request) {
        try {
            return RequestSignature.parse(
                    header(request, RequestSignature.INPUT_HEADER), header(request, RequestSignature.SIGNATURE_HEADER));
        } catch (MalformedException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static boolean digestMatches(String contentDigest, byte[] body) {
        try {
            return ContentDigest.matches(contentDigest, body);
        } catch (MalformedException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static String header(HttpServletRequest request, String name) {
        @Nullable String value = request.getHeader(name);
        if (value == null) {
            throw refused("the header " + name + " is missing");
        }
        return value;
    }

    private static String printable(String keyId) {
        return keyId.length() > 64 ? keyId.substring(0, 64) + "…" : keyId;
    }

    private static Problem refused(String why) {
        return new Problem(HttpStatus.UNAUTHORIZED, "signature", why);
    }
}

package dev.pharos.agent.control;

import dev.pharos.agent.AgentVersion;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.ContentDigest;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.RequestSignature;
import dev.pharos.protocol.bundle.RequestTarget;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.bundle.TlsTrust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * Signed requests to the nodes of the control plane, over TLS 1.3, by the JDK's own client: it costs 20 MB less than a
 * second copy of everything by Netty would in code, and its one idle connection is all that an agent needs. Safe to use
 * from several threads; a call blocks its (virtual) thread.
 */
final class AgentHttp implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** A nonce lives five minutes at the server; of those at hand the newest is the best, and few are ever needed. */
    private static final int MAX_NONCES = 4;

    /** A nonce that no server issued: the first request of all learns a real one by it. */
    private static final String NO_NONCE = "none";

    private static final String PREFIX = "/agent/v1";

    private final SigningKey key;
    private final String keyId;
    private final InstantSource clock;
    private final HttpClient client;
    private final Map<URI, Deque<String>> nonces = new ConcurrentHashMap<>();
    private final Map<URI, Duration> offsets = new ConcurrentHashMap<>();

    AgentHttp(TlsTrust tls, SigningKey key, String keyId, InstantSource clock) {
        this.key = key;
        this.keyId = keyId;
        this.clock = clock;
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(context(tls))
                .sslParameters(parameters)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** An answer, whatever its status. */
    static final class Answer {
        private final int status;
        private final byte[] body;

        private Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        byte[] body() {
            return body;
        }

        /** What the server says is wrong; empty when it says nothing of that form. */
        Optional<Problem> problem() {
            try {
                return Optional.of(ControlJson.read(Problem.class, body, ControlJson.MAX_ENVELOPE_BYTES));
            } catch (MalformedException e) {
                return Optional.empty();
            }
        }
    }

    Answer get(URI server, String path, String query, Duration timeout, int maxBytes)
            throws IOException, InterruptedException {
        return send(server, "GET", path, query, new byte[0], timeout, maxBytes);
    }

    Answer post(URI server, String path, Object body, Duration timeout, int maxBytes)
            throws IOException, InterruptedException {
        return send(server, "POST", path, "", ControlJson.write(body), timeout, maxBytes);
    }

    /** A refused nonce or clock is answered with good ones, with which the request is signed again, once. */
    private Answer send(
            URI server, String method, String path, String query, byte[] body, Duration timeout, int maxBytes)
            throws IOException, InterruptedException {
        Answer answer = sendOnce(server, method, path, query, body, timeout, maxBytes);
        return answer.status() == 401 ? sendOnce(server, method, path, query, body, timeout, maxBytes) : answer;
    }

    private Answer sendOnce(
            URI server, String method, String path, String query, byte[] body, Duration timeout, int maxBytes)
            throws IOException, InterruptedException {
        String base = server.toString().replaceAll("/+$", "");
        URI uri = URI.create(base + PREFIX + path + (query.isEmpty() ? "" : "?" + query));
        String digest = ContentDigest.of(body);
        RequestTarget target = RequestTarget.of(method, uri.getRawPath(), query);
        String nonce = Optional.ofNullable(nonces(server).pollFirst()).orElse(NO_NONCE);
        RequestSignature signature = RequestSignature.sign(
                key, keyId, target, digest, clock.instant().plus(offsets.getOrDefault(server, Duration.ZERO)), nonce);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("User-Agent", "pharos-agent/" + AgentVersion.current())
                .header(ContentDigest.HEADER, digest)
                .header(RequestSignature.INPUT_HEADER, signature.inputHeader())
                .header(RequestSignature.SIGNATURE_HEADER, signature.signatureHeader());
        if (body.length > 0) {
            request.header("Content-Type", "application/json");
        }
        request.method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        HttpResponse<byte[]> response = exchange(request.build(), timeout, maxBytes);
        remember(server, response);
        return new Answer(response.statusCode(), response.body());
    }

    /** The client's own timeout ends with the headers; this one covers the body too. */
    private HttpResponse<byte[]> exchange(HttpRequest request, Duration timeout, int maxBytes)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
        try {
            return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer from " + request.uri().getAuthority() + " within " + timeout);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } finally {
            response.cancel(true);
        }
    }

    private void remember(URI server, HttpResponse<?> response) {
        Deque<String> known = nonces(server);
        response.headers().firstValue(RequestSignature.NONCE_HEADER).ifPresent(known::addFirst);
        while (known.size() > MAX_NONCES) {
            known.pollLast();
        }
        response.headers()
                .firstValue(RequestSignature.TIME_HEADER)
                .filter(time -> time.matches("\\d{1,15}"))
                .map(time -> Duration.ofSeconds(
                        Long.parseLong(time) - clock.instant().getEpochSecond()))
                .ifPresent(offset -> offsets.put(server, offset));
    }

    private Deque<String> nonces(URI server) {
        return nonces.computeIfAbsent(server, _ -> new ConcurrentLinkedDeque<>());
    }

    static SSLContext context(TlsTrust tls) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            switch (tls) {
                case TlsTrust.Pins pins ->
                    context.init(null, new TrustManager[] {new PinnedKeys(pins.accepted())}, null);
                case TlsTrust.WebPki _ -> context.init(null, null, null);
            }
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS 1.3", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

package dev.pharos.agent.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.ContentDigest;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.Problem;
import dev.pharos.protocol.bundle.ProblemType;
import dev.pharos.protocol.bundle.RequestSignature;
import dev.pharos.protocol.bundle.RequestTarget;
import dev.pharos.protocol.bundle.ShownBundle;
import dev.pharos.protocol.bundle.SigningPublicKey;
import dev.pharos.protocol.bundle.TlsTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** One node of a control plane with one host, as docs/control-protocol.md has it: real TLS, real signatures, no database. */
final class TestControlPlane implements AutoCloseable {
    final TlsKey tls;
    final TestNetwork network;
    final List<String> requests = new CopyOnWriteArrayList<>();
    final BlockingQueue<HostReport> reports = new LinkedBlockingQueue<>();
    final Binary secret = Binary.of(new byte[32]);
    private final HttpsServer server;
    private final Set<String> nonces = ConcurrentHashMap.newKeySet();
    private final AtomicInteger nonceNumber = new AtomicInteger();
    private final Object changed = new Object();
    volatile Duration clockOffset = Duration.ZERO;
    volatile Optional<Problem> answerWith = Optional.empty();
    final List<ShownBundle> shown = new CopyOnWriteArrayList<>();
    volatile boolean forgetful;
    volatile EnrollmentAnswer bundle;
    volatile Optional<SigningPublicKey> enrolled = Optional.empty();

    TestControlPlane(TestNetwork network) throws Exception {
        this.network = network;
        this.tls = TlsKey.generate();
        this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/agent/v1/", this::handle);
        server.start();
        this.bundle = network.bundle(1, url(), tls.pin());
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    EnrollmentToken token() {
        return tokenWith(tls);
    }

    EnrollmentToken tokenWith(TlsKey key) {
        return new EnrollmentToken(
                List.of(url()),
                TestNetwork.ID,
                network.bundleKey.publicKey().pin(),
                secret,
                new TlsTrust.Pins(List.of(key.pin())));
    }

    void publish(EnrollmentAnswer next) {
        synchronized (changed) {
            bundle = next;
            changed.notifyAll();
        }
    }

    static Problem problem(ProblemType type, int status, String detail) {
        return new Problem(type.urn(), "no", status, Optional.of(detail), Optional.empty());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getRawPath().substring("/agent/v1".length());
            String nonce = "nonce-" + nonceNumber.incrementAndGet();
            nonces.add(nonce);
            exchange.getResponseHeaders().add(RequestSignature.NONCE_HEADER, nonce);
            exchange.getResponseHeaders().add(RequestSignature.TIME_HEADER, String.valueOf(now().getEpochSecond()));
            requests.add(exchange.getRequestMethod() + " " + path);
            Optional<Problem> refusal = answerWith.isPresent() ? answerWith : checkSignature(exchange, body);
            if (refusal.isPresent()) {
                answer(exchange, refusal.get().status(), ControlJson.write(refusal.get()));
            } else {
                serve(exchange, path, body);
            }
        } catch (MalformedException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void serve(HttpExchange exchange, String path, byte[] body)
            throws IOException, MalformedException, InterruptedException {
        switch (path) {
            case "/enroll" -> answer(exchange, 200, ControlJson.write(bundle));
            case "/bundle" -> {
                if (exchange.getRequestMethod().equals("POST")) {
                    shown.add(ControlJson.read(ShownBundle.class, body, ControlJson.MAX_ENVELOPE_BYTES));
                    forgetful = false;
                    answer(exchange, 204, new byte[0]);
                } else if (forgetful) {
                    answer(exchange, 409, ControlJson.write(problem(ProblemType.SHOW_BUNDLE, 409, "show it")));
                } else {
                    poll(exchange);
                }
            }
            case "/report" -> {
                reports.add(ControlJson.read(HostReport.class, body, ControlJson.MAX_ENVELOPE_BYTES));
                answer(exchange, 204, new byte[0]);
            }
            case "/leave" -> answer(exchange, 204, new byte[0]);
            case String part -> {
                Digest digest = Digest.parse(part.substring("/parts/".length()));
                answer(
                        exchange,
                        200,
                        Optional.ofNullable(bundle.parts().get(digest))
                                .orElseThrow()
                                .toBytes());
            }
        }
    }

    private void poll(HttpExchange exchange) throws IOException, InterruptedException {
        String query = exchange.getRequestURI().getRawQuery();
        long until = System.nanoTime()
                + (query.endsWith("wait=0") ? 0 : Duration.ofSeconds(5).toNanos());
        synchronized (changed) {
            while (query.contains("digest=" + bundle.envelope().digest()) && until > System.nanoTime()) {
                changed.wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
            }
        }
        if (query.contains("digest=" + bundle.envelope().digest())) {
            answer(exchange, 304, new byte[0]);
        } else {
            answer(exchange, 200, bundle.envelope().encode());
        }
    }

    private Optional<Problem> checkSignature(HttpExchange exchange, byte[] body) throws MalformedException {
        String digest = exchange.getRequestHeaders().getFirst(ContentDigest.HEADER);
        RequestSignature signature = RequestSignature.parse(
                exchange.getRequestHeaders().getFirst(RequestSignature.INPUT_HEADER),
                exchange.getRequestHeaders().getFirst(RequestSignature.SIGNATURE_HEADER));
        String query = exchange.getRequestURI().getRawQuery();
        RequestTarget target = RequestTarget.of(
                exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), query == null ? "" : query);
        SigningPublicKey key = signature.enrollingKey().orElseGet(() -> enrolled.orElseThrow());
        boolean timely = Duration.between(signature.created(), now()).abs().toSeconds() <= 300;
        if (!nonces.remove(signature.nonce())
                || !timely
                || !ContentDigest.matches(digest, body)
                || !signature.verifies(key, target, digest)) {
            return Optional.of(problem(ProblemType.SIGNATURE, 401, "signature not accepted"));
        }
        if (target.path().endsWith("/enroll")) {
            EnrollmentRequest request = ControlJson.read(EnrollmentRequest.class, body, ControlJson.MAX_ENVELOPE_BYTES);
            if (!request.secret().equals(secret)) {
                return Optional.of(problem(ProblemType.TOKEN_INVALID, 403, "this token is not known here"));
            }
            enrolled = Optional.of(key);
        }
        return Optional.empty();
    }

    private Instant now() {
        return Instant.now().plus(clockOffset);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

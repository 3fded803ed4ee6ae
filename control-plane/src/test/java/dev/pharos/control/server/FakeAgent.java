package dev.pharos.control.server;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.Bundle.PartSource;
import dev.pharos.protocol.bundle.BundleVerdict.Accepted;
import dev.pharos.protocol.bundle.BundleVerifier;
import dev.pharos.protocol.bundle.ContentDigest;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.Envelope;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.RequestSignature;
import dev.pharos.protocol.bundle.RequestTarget;
import dev.pharos.protocol.bundle.RevisionId;
import dev.pharos.protocol.bundle.ShownBundle;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An agent's half of the control protocol, by the library that the real one uses and without a data plane. */
public final class FakeAgent {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SigningKey identity = SigningKey.generate(RANDOM);
    private final HostKey x25519 = HostKey.generate(Curve.CURVE25519, RANDOM);
    private final HostKey p256 = HostKey.generate(Curve.P256, RANDOM);
    private final Map<Digest, Binary> parts = new HashMap<>();
    private final EnrollmentToken token;
    private URI server;
    private final Optional<String> name;
    private @Nullable BundleVerifier verifier;
    private @Nullable Bundle enforced;
    private @Nullable String waitsAs;
    private @Nullable Envelope envelope;
    private String nonce = "none-yet";
    private Duration serverIsAhead = Duration.ZERO;

    private FakeAgent(EnrollmentToken token, Optional<String> name) {
        this.token = token;
        this.server = token.urls().getFirst();
        this.name = name;
    }

    /** One that has not asked for anything yet. */
    public static FakeAgent with(String token, @Nullable String name) {
        try {
            return new FakeAgent(EnrollmentToken.parse(token), Optional.ofNullable(name));
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that has joined. */
    public static FakeAgent joined(Rest api, String name, String... groups) {
        String list = groups.length == 0 ? "" : "'" + String.join("','", groups) + "'";
        FakeAgent agent = with(
                api.post(
                                "enrollment-tokens",
                                "{'name':'" + name + "','groups':[" + list + "],'host':{'name':'" + name + "'}}")
                        .at("token"),
                null);
        agent.enrol();
        return agent;
    }

    /** Turns to another node from now on. */
    public FakeAgent at(URI node) {
        server = node;
        return this;
    }

    /** Joins, or throws what the server said. */
    public Bundle enrol() {
        HttpResponse<byte[]> response = tryToEnrol();
        if (response.statusCode() != 200) {
            throw new IllegalStateException(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        try {
            EnrollmentAnswer answer =
                    ControlJson.read(EnrollmentAnswer.class, response.body(), ControlJson.MAX_ANSWER_BYTES);
            parts.putAll(answer.parts());
            return accept(BundleVerifier.enrolling(token, java.util.Set.of()), answer.envelope());
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs as that host from now on, although it has no bundle yet. */
    void knownAs(String id) {
        waitsAs = id;
    }

    public HttpResponse<byte[]> tryToEnrol() {
        EnrollmentRequest request = new EnrollmentRequest(
                token.secret(),
                name,
                EnrollmentRequest.Keys.of(identity.publicKey(), x25519.publicKey(), p256.publicKey()),
                "linux/amd64",
                "0.1.0");
        return send("POST", "/agent/v1/enroll", "", ControlJson.write(request));
    }

    /** A newer bundle, or nothing when there is none within so many seconds. */
    public Optional<Bundle> poll(int seconds) {
        HttpResponse<byte[]> response = tryToPoll(bundle().revision(), seconds);
        if (response.statusCode() == 304) {
            return Optional.empty();
        }
        if (response.statusCode() != 200) {
            throw new IllegalStateException(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        try {
            return Optional.of(accept(java.util.Objects.requireNonNull(verifier), Envelope.parse(response.body())));
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shows the bundle it enforces to a server that has forgotten it. */
    public HttpResponse<byte[]> show() {
        Digest trust = bundle().manifest().parts().trust();
        return show(new ShownBundle(
                java.util.Objects.requireNonNull(envelope), java.util.Objects.requireNonNull(parts.get(trust))));
    }

    public HttpResponse<byte[]> show(ShownBundle shown) {
        return send("POST", "/agent/v1/bundle", "", ControlJson.write(shown));
    }

    public Envelope envelope() {
        return java.util.Objects.requireNonNull(envelope, "not enrolled");
    }

    public HttpResponse<byte[]> tryToPoll(RevisionId shown, int seconds) {
        String query = "epoch=" + shown.revision().epoch() + "&number="
                + shown.revision().number() + "&digest=" + shown.digest() + "&wait=" + seconds;
        return send("GET", "/agent/v1/bundle", query, new byte[0]);
    }

    /** Signs as the protocol has it: with the last nonce, and once more when the server wants another. */
    public HttpResponse<byte[]> send(String method, String path, String query, byte[] body) {
        HttpResponse<byte[]> first = sendOnce(method, path, query, body, nonce, serverTime());
        return first.statusCode() == 401 ? sendOnce(method, path, query, body, nonce, serverTime()) : first;
    }

    private Instant serverTime() {
        return Instant.now().plus(serverIsAhead);
    }

    /** With this nonce and time, once. */
    public HttpResponse<byte[]> sendOnce(
            String method, String path, String query, byte[] body, String withNonce, Instant created) {
        String digest = ContentDigest.of(body);
        RequestSignature signature = RequestSignature.sign(
                identity, keyId(path), RequestTarget.of(method, path, query), digest, created, withNonce);
        return sendSigned(method, path, query, body, digest, signature);
    }

    /** With a signature made elsewhere, whether it fits or not. */
    public HttpResponse<byte[]> sendSigned(
            String method, String path, String query, byte[] body, String digest, RequestSignature signature) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path + (query.isEmpty() ? "" : "?" + query)))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header(ContentDigest.HEADER, digest)
                .header(RequestSignature.INPUT_HEADER, signature.inputHeader())
                .header(RequestSignature.SIGNATURE_HEADER, signature.signatureHeader())
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> response = Rest.CLIENT.send(request, BodyHandlers.ofByteArray());
            serverIsAhead = Duration.ofSeconds(Long.parseLong(response.headers()
                            .firstValue(RequestSignature.TIME_HEADER)
                            .orElseThrow())
                    - Instant.now().getEpochSecond());
            nonce = response.headers().firstValue(RequestSignature.NONCE_HEADER).orElseThrow();
            return response;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Bundle bundle() {
        return java.util.Objects.requireNonNull(enforced, "not enrolled");
    }

    /** The key that signed the bundle. */
    public Pin signedBy() {
        return envelope().key().pin();
    }

    public String id() {
        return bundle().manifest().host();
    }

    public SigningKey identity() {
        return identity;
    }

    /** The one that the server gave last. */
    public String nonce() {
        return nonce;
    }

    private String keyId(String path) {
        if (path.endsWith("/enroll") || (enforced == null && waitsAs == null)) {
            return RequestSignature.enrollingKeyId(identity.publicKey());
        }
        return enforced == null ? String.valueOf(waitsAs) : id();
    }

    private Bundle accept(BundleVerifier by, Envelope next) throws MalformedException {
        if (!(by.verify(next) instanceof Accepted accepted)) {
            throw new IllegalStateException("refused: " + by.verify(next));
        }
        verifier = by.after(accepted);
        for (Digest digest : accepted.manifest().parts().all()) {
            if (!parts.containsKey(digest)) {
                parts.put(
                        digest,
                        Binary.of(send("GET", "/agent/v1/parts/" + digest, "", new byte[0])
                                .body()));
            }
        }
        Bundle bundle = Bundle.assemble(accepted, PartSource.of(parts));
        enforced = bundle;
        envelope = next;
        return bundle;
    }
}

package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pharos.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSignatureTests {
    private static final byte[] BODY = "{\"hello\": \"world\"}".getBytes(StandardCharsets.US_ASCII);
    private static final String DIGEST = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    private static final Instant CREATED = Instant.ofEpochSecond(1_618_884_473);
    private static final RequestTarget TARGET = RequestTarget.of("GET", "/agent/v1/bundle", "epoch=1&number=2&wait=50");

    /** The Ed25519 test key of RFC 9421, appendix B.1.4. */
    private static final SigningKey KEY =
            SigningKey.of(HexFormat.of().parseHex("9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5"));

    private static final String INPUT = "pharos=(\"@method\" \"@path\" \"@query\" \"content-digest\")"
            + ";created=1618884473;keyid=\"host_1\";alg=\"ed25519\";nonce=\"n-1\"";

    private static RequestSignature signature() {
        return RequestSignature.sign(KEY, "host_1", TARGET, DIGEST, CREATED, "n-1");
    }

    /** The body and its digest are those of RFC 9421, appendix B.2. */
    @Test
    void contentDigestIsThatOfTheStandard() throws Exception {
        assertThat(ContentDigest.of(BODY)).isEqualTo(DIGEST);
        assertThat(ContentDigest.matches(DIGEST, BODY)).isTrue();
        assertThat(ContentDigest.matches(DIGEST, new byte[0])).isFalse();
        assertThat(ContentDigest.matches("sha-512=:AAAA:, " + DIGEST, BODY)).isTrue();
        assertThat(ContentDigest.of(new byte[0])).isEqualTo("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
    }

    /** RFC 9421 appendix B.2.6, whose base has other components but the same key, parameters and algorithm. */
    @Test
    void theKeySignsAsTheStandardsExample() {
        String base = """
            "date": Tue, 20 Apr 2021 02:07:55 GMT
            "@method": POST
            "@path": /foo
            "@authority": example.com
            "content-type": application/json
            "content-length": 18
            "@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")\
            ;created=1618884473;keyid="test-key-ed25519\"\
            """;
        byte[] signature = KEY.sign(base.getBytes(StandardCharsets.US_ASCII)).toBytes();
        assertThat(Base64.getEncoder().encodeToString(signature))
                .isEqualTo("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==");
    }

    @Test
    void theBaseIsThatOfTheStandard() {
        assertThat(new String(
                        RequestSignature.base(TARGET, DIGEST, INPUT.substring("pharos=".length())),
                        StandardCharsets.US_ASCII))
                .isEqualTo("""
                    "@method": GET
                    "@path": /agent/v1/bundle
                    "@query": ?epoch=1&number=2&wait=50
                    "content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
                    "@signature-params": ("@method" "@path" "@query" "content-digest")\
                    ;created=1618884473;keyid="host_1";alg="ed25519";nonce="n-1\"\
                    """);
        assertThat(signature().inputHeader()).isEqualTo(INPUT);
    }

    @Test
    void signedRequestsVerify() throws Exception {
        RequestSignature sent = signature();
        RequestSignature read = RequestSignature.parse(sent.inputHeader(), sent.signatureHeader());
        assertThat(read).isEqualTo(sent);
        assertThat(read.verifies(KEY.publicKey(), TARGET, DIGEST)).isTrue();
    }

    @Test
    void parametersMayComeInAnyOrder() throws Exception {
        String parameters = "(\"@method\" \"@path\" \"@query\" \"content-digest\")"
                + ";nonce=\"n-1\";alg=\"ed25519\";created=1618884473;keyid=\"host_1\"";
        Binary signature = KEY.sign(RequestSignature.base(TARGET, DIGEST, parameters));
        RequestSignature read = RequestSignature.parse(
                "pharos=" + parameters, "pharos=:" + Base64.getEncoder().encodeToString(signature.toBytes()) + ":");
        assertThat(read.keyId()).isEqualTo("host_1");
        assertThat(read.verifies(KEY.publicKey(), TARGET, DIGEST)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /agent/v1/bundle, ?epoch=1&number=2&wait=50",
        "GET, /agent/v1/bundles, ?epoch=1&number=2&wait=50",
        "GET, /agent/v1/bundle, ?epoch=1&number=3&wait=50",
        "GET, /agent/v1/bundle, ?",
    })
    void anotherRequestDoesNotVerify(String method, String path, String query) {
        RequestTarget other = new RequestTarget(method, path, query);
        assertThat(signature().verifies(KEY.publicKey(), other, DIGEST)).isFalse();
    }

    @Test
    void anotherBodyKeyOrParameterDoesNotVerify() throws Exception {
        RequestSignature sent = signature();
        SigningPublicKey stranger = SigningKey.of(new byte[32]).publicKey();
        assertThat(sent.verifies(stranger, TARGET, DIGEST)).isFalse();
        assertThat(sent.verifies(KEY.publicKey(), TARGET, ContentDigest.of(new byte[0])))
                .isFalse();
        for (String change : new String[] {"1618884474", "host_2", "n-2"}) {
            String original = change.length() > 6 ? "1618884473" : change.startsWith("h") ? "host_1" : "n-1";
            RequestSignature read = RequestSignature.parse(INPUT.replace(original, change), sent.signatureHeader());
            assertThat(read.verifies(KEY.publicKey(), TARGET, DIGEST))
                    .as(change)
                    .isFalse();
        }
    }

    @Test
    void everyBitOfTheSignatureMatters() throws Exception {
        byte[] bytes = signature().signature().toBytes();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            RequestSignature read = RequestSignature.parse(
                    INPUT, "pharos=:" + Base64.getEncoder().encodeToString(flipped) + ":");
            assertThat(read.verifies(KEY.publicKey(), TARGET, DIGEST)).isFalse();
        }
    }

    @Test
    void aComponentCannotForgeALineOfTheBase() {
        assertThatIllegalArgumentException().isThrownBy(() -> RequestTarget.of("GET", "/a\n\"@query\": ?", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> RequestTarget.of("GET", "/a", "b\rc"));
        assertThat(signature().verifies(KEY.publicKey(), TARGET, DIGEST + "\n\"x\": y"))
                .isFalse();
    }

    @Test
    void aHostThatEnrolsNamesItsKey() throws Exception {
        String keyId = RequestSignature.enrollingKeyId(KEY.publicKey());
        RequestSignature sent = RequestSignature.sign(KEY, keyId, TARGET, DIGEST, CREATED, "n");
        RequestSignature read = RequestSignature.parse(sent.inputHeader(), sent.signatureHeader());
        assertThat(read.enrollingKey()).contains(KEY.publicKey());
        assertThat(signature().enrollingKey()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pharos=()",
                "sig=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=1;keyid=\"h\";alg=\"ed25519\";nonce=\"n\"",
                "pharos=(\"@method\" \"@path\" \"@query\");created=1;keyid=\"h\";alg=\"ed25519\";nonce=\"n\"",
                "pharos=(\"@method\" \"@path\" \"@query\" \"content-digest\")",
                "pharos=(\"@method\" \"@path\" \"@query\" \"content-digest\");created=1;keyid=\"h\";alg=\"ed25519\"",
                "pharos=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=1;keyid=\"h\";alg=\"rsa\";nonce=\"n\"",
                "pharos=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=1;keyid=\"h\";alg=\"ed25519\";nonce=\"n\";x=1",
                "pharos=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=1;created=2;keyid=\"h\";alg=\"ed25519\"",
                "pharos=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=\"1\";keyid=\"h\";alg=\"ed25519\";nonce=\"n\"",
                "pharos=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=9999999999999999;keyid=\"h\";alg=\"ed25519\";nonce=\"n\"",
                "pharos=(\"@method\" \"@path\" \"@query\""
                        + " \"content-digest\");created=1;keyid=\"h\";alg=\"ed25519\";nonce=\"n\", b=()",
            })
    void whatIsNoSignatureInputIsMalformed(String input) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> RequestSignature.parse(input, signature().signatureHeader()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "pharos=", "pharos=:", "pharos=:!:", "sig=:AAAA:", "pharos=AAAA"})
    void whatIsNoSignatureIsMalformed(String header) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> RequestSignature.parse(INPUT, header));
    }
}

package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The signature on a request to the agent API: RFC 9421 over method, path, query and content digest, Ed25519, under the
 * label {@code pharos}. Whether time and nonce are acceptable and whose key it is are the server's to say.
 *
 * @param keyId the host's id, or {@code key:} and the base64url public key while enrolling
 * @param created when it was signed, whole seconds
 * @param nonce of the server, from its last answer
 * @param parameters the signature's parameters as they were sent, which are themselves signed
 */
public record RequestSignature(String keyId, Instant created, String nonce, String parameters, Binary signature) {
    public static final String INPUT_HEADER = "Signature-Input";
    public static final String SIGNATURE_HEADER = "Signature";
    /** With each answer: the nonce for the next request. */
    public static final String NONCE_HEADER = "Pharos-Nonce";
    /** With each answer: the server's time, Unix seconds. */
    public static final String TIME_HEADER = "Pharos-Time";

    private static final String LABEL = "pharos=";
    private static final String COMPONENTS = "(\"@method\" \"@path\" \"@query\" \"content-digest\")";
    private static final String KEY_PREFIX = "key:";
    private static final int MAX_CHARS = 4096;

    /** One parameter: a name, and an integer or a string without escapes, which nothing here needs. */
    private static final Pattern PARAMETER =
            Pattern.compile(";([a-z]{1,16})=(?:(\\d{1,15})|\"([\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]{0,512})\")");

    /** 64 bytes in base64. */
    private static final Pattern SIGNATURE = Pattern.compile(LABEL + ":([A-Za-z0-9+/]{86}==):");

    /** Signs a request. The nonce is the server's, the time corrected by what the server said its own is. */
    public static RequestSignature sign(
            SigningKey key, String keyId, RequestTarget target, String contentDigest, Instant created, String nonce) {
        String parameters = COMPONENTS + ";created=" + created.getEpochSecond() + ";keyid=\"" + plain(keyId)
                + "\";alg=\"ed25519\";nonce=\"" + plain(nonce) + "\"";
        Binary signature = key.sign(base(target, contentDigest, parameters));
        return new RequestSignature(
                keyId, Instant.ofEpochSecond(created.getEpochSecond()), nonce, parameters, signature);
    }

    /**
     * Reads the two headers; the parameters may come in any order.
     *
     * @throws MalformedException when they are not a signature of this kind
     */
    public static RequestSignature parse(String signatureInput, String signature) throws MalformedException {
        if (signatureInput.length() > MAX_CHARS || !signatureInput.startsWith(LABEL + COMPONENTS)) {
            throw new MalformedException("Signature-Input: expected " + LABEL + COMPONENTS);
        }
        String parameters = signatureInput.substring(LABEL.length());
        Fields fields = Fields.parse(parameters.substring(COMPONENTS.length()));
        return new RequestSignature(
                fields.keyId, Instant.ofEpochSecond(fields.created), fields.nonce, parameters, bytes(signature));
    }

    /** The key id of a host that has no id yet. */
    public static String enrollingKeyId(SigningPublicKey key) {
        return KEY_PREFIX + key.bytes().text();
    }

    /** The key in the key id of a host that is enrolling; empty for a host's id. */
    public Optional<SigningPublicKey> enrollingKey() {
        if (!keyId.startsWith(KEY_PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SigningPublicKey.parse(keyId.substring(KEY_PREFIX.length())));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** Whether the key made it for this request. Compare the digest with the body's too: {@link ContentDigest#matches}. */
    public boolean verifies(SigningPublicKey key, RequestTarget target, String contentDigest) {
        return isPlain(contentDigest) && key.verifies(base(target, contentDigest, parameters), signature);
    }

    /** Value of {@link #INPUT_HEADER}. */
    public String inputHeader() {
        return LABEL + parameters;
    }

    /** Value of {@link #SIGNATURE_HEADER}. */
    public String signatureHeader() {
        return LABEL + ":" + Base64.getEncoder().encodeToString(signature.toBytes()) + ":";
    }

    /** RFC 9421 section 2.5. */
    static byte[] base(RequestTarget target, String contentDigest, String parameters) {
        String base = "\"@method\": " + target.method() + "\n"
                + "\"@path\": " + target.path() + "\n"
                + "\"@query\": " + target.query() + "\n"
                + "\"content-digest\": " + contentDigest + "\n"
                + "\"@signature-params\": " + parameters;
        return base.getBytes(StandardCharsets.US_ASCII);
    }

    private static Binary bytes(String header) throws MalformedException {
        Matcher matcher = SIGNATURE.matcher(header);
        if (!matcher.matches()) {
            throw new MalformedException("Signature: expected " + LABEL + ":64 bytes in base64:");
        }
        return Binary.of(Base64.getDecoder().decode(matcher.group(1)));
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '"' && c != '\\');
    }

    private static String plain(String text) {
        if (!isPlain(text)) {
            throw new IllegalArgumentException("a key id or nonce is visible ASCII without quotes");
        }
        return text;
    }

    /** The parameters, each exactly once. */
    private static final class Fields {
        private long created = -1;
        private String keyId = "";
        private String algorithm = "";
        private String nonce = "";

        static Fields parse(String text) throws MalformedException {
            Fields fields = new Fields();
            Matcher parameter = PARAMETER.matcher(text);
            int end = 0;
            int count = 0;
            while (parameter.lookingAt()) {
                fields.set(parameter.group(1), parameter.group(2), parameter.group(3));
                end = parameter.end();
                count++;
                parameter.region(end, text.length());
            }
            boolean complete = fields.created >= 0 && !fields.keyId.isEmpty() && !fields.nonce.isEmpty();
            if (end != text.length() || count != 4 || !complete || !fields.algorithm.equals("ed25519")) {
                throw new MalformedException("Signature-Input: expected created, keyid, alg=\"ed25519\" and nonce");
            }
            return fields;
        }

        private void set(String name, @Nullable String number, @Nullable String text) throws MalformedException {
            switch (name) {
                case "created" -> created = number == null ? -1 : Long.parseLong(number);
                case "keyid" -> keyId = text == null ? "" : text;
                case "alg" -> algorithm = text == null ? "" : text;
                case "nonce" -> nonce = text == null ? "" : text;
                default -> throw new MalformedException("Signature-Input: unknown parameter");
            }
        }
    }
}

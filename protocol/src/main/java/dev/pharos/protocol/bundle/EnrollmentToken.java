package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/**
 * What a host needs to join: where the control plane is, how to know it, and a secret to be let in. As text
 * {@code pharos-join-} and base64url of JSON and the first 4 bytes of its SHA-256, so that a token cut off while copying
 * is told from a wrong one before anything is sent.
 *
 * @param v version of the format, 1
 * @param urls of all nodes
 * @param bundleKey the pin of the key that signs this network's bundles
 * @param secret 32 bytes; the server keeps only their digest
 * @param tls how to know the server's TLS key
 */
public record EnrollmentToken(int v, List<URI> urls, String network, Pin bundleKey, Binary secret, TlsTrust tls) {
    public static final int VERSION = 1;

    private static final String PREFIX = "pharos-join-";
    private static final String DAMAGED = "the enrolment token is damaged or cut off: copy the whole of it again";
    private static final int CHECK_BYTES = 4;
    private static final int SECRET_BYTES = 32;
    private static final int MAX_CHARS = 16384;

    public EnrollmentToken {
        urls = HttpsUrls.require(urls);
        secret.requireLength(SECRET_BYTES, "an enrolment token's secret");
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("an enrolment token names the control plane");
        }
    }

    public EnrollmentToken(List<URI> urls, String network, Pin bundleKey, Binary secret, TlsTrust tls) {
        this(VERSION, urls, network, bundleKey, secret, tls);
    }

    /**
     * Reads a token; space around it does not matter.
     *
     * @throws MalformedException when it is cut off, mistyped, of another version, or no token at all; the message is fit
     *     for whoever pasted it
     */
    public static EnrollmentToken parse(String text) throws MalformedException {
        String token = text.strip();
        if (!token.startsWith(PREFIX) || token.length() > MAX_CHARS) {
            throw new MalformedException("not an enrolment token: it would begin with " + PREFIX);
        }
        byte[] bytes;
        try {
            bytes = Binary.parse(token.substring(PREFIX.length())).toBytes();
        } catch (MalformedException e) {
            throw new MalformedException(DAMAGED, e);
        }
        int length = bytes.length - CHECK_BYTES;
        byte[] json = Arrays.copyOf(bytes, Math.max(length, 0));
        if (length < 0 || !Arrays.equals(check(json), Arrays.copyOfRange(bytes, length, bytes.length))) {
            throw new MalformedException(DAMAGED);
        }
        EnrollmentToken read = ControlJson.read(EnrollmentToken.class, json, MAX_CHARS);
        if (read.v != VERSION) {
            throw new MalformedException(
                    "the enrolment token is of version " + read.v + ", this program knows " + VERSION + ": update it");
        }
        return read;
    }

    /** The token as it is handed out: the secret is in it. */
    public String encode() {
        byte[] json = ControlJson.write(this);
        byte[] bytes = Arrays.copyOf(json, json.length + CHECK_BYTES);
        System.arraycopy(check(json), 0, bytes, json.length, CHECK_BYTES);
        return PREFIX + Binary.of(bytes).text();
    }

    /** By which the server knows the secret. */
    public Digest secretDigest() {
        return Digest.of(secret.toBytes());
    }

    private static byte[] check(byte[] json) {
        return Arrays.copyOf(Digest.sha256(json), CHECK_BYTES);
    }

    @Override
    public String toString() {
        return "enrolment token for " + network + " at " + urls;
    }
}

package dev.pharos.control.agent;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Nonces that this process alone has issued: {@code time (8) || chance (8) || HMAC-SHA256 (16 of 32)} in base64url, under a
 * key that dies with the process. Nothing is kept of one until it is used; then it is remembered until it expires.
 */
@Component
class Nonces {
    static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final int BODY = 16;
    private static final int LENGTH = 32;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final Map<String, Instant> used = new ConcurrentHashMap<>();
    private volatile Instant nextSweep = Instant.MIN;

    Nonces(Clock clock) {
        this.clock = clock;
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, "HmacSHA256");
    }

    String issue() {
        byte[] body = ByteBuffer.allocate(BODY)
                .putLong(clock.instant().toEpochMilli())
                .putLong(random.nextLong())
                .array();
        byte[] nonce = ByteBuffer.allocate(LENGTH).put(body).put(mac(body)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    /** Whether the nonce is ours and fresh, and has not been used. It has been, from now on. */
    boolean use(String text) {
        byte[] nonce;
        try {
            nonce = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (nonce.length != LENGTH) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(nonce);
        byte[] body = new byte[BODY];
        bytes.get(body);
        byte[] mac = new byte[LENGTH - BODY];
        bytes.get(mac);
        Instant expiry = Instant.ofEpochMilli(ByteBuffer.wrap(body).getLong()).plus(LIFETIME);
        Instant now = clock.instant();
        sweep(now);
        return MessageDigest.isEqual(mac, mac(body))
                && expiry.isAfter(now)
                && used.putIfAbsent(Base64.getUrlEncoder().withoutPadding().encodeToString(nonce), expiry) == null;
    }

    private void sweep(Instant now) {
        if (now.isAfter(nextSweep)) {
            nextSweep = now.plus(LIFETIME.dividedBy(5));
            used.values().removeIf(now::isAfter);
        }
    }

    private byte[] mac(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] full = mac.doFinal(body);
            return java.util.Arrays.copyOf(full, LENGTH - BODY);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}

package dev.pharos.control.api;

import java.security.SecureRandom;
import java.time.Instant;

/** Prefixed ids that sort by time of creation: {@code host_} and 26 characters of 48 bits of time, 80 of chance. */
public final class Ids {
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static String next(String prefix, Instant now) {
        StringBuilder id =
                new StringBuilder(prefix.length() + 27).append(prefix).append('_');
        long time = now.toEpochMilli();
        for (int shift = 45; shift >= 0; shift -= 5) {
            id.append(DIGITS[(int) (time >>> shift) & 31]);
        }
        for (int i = 0; i < 16; i++) {
            id.append(DIGITS[RANDOM.nextInt(32)]);
        }
        return id.toString();
    }
}

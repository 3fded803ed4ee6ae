package dev.pharos.agent.config;

import dev.pharos.protocol.MalformedException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Nebula's files write them: {@code 100ms}, {@code 1m30s}, {@code 1.5h}. */
public final class GoDuration {
    private static final Pattern PIECE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");

    private GoDuration() {}

    /** @throws MalformedException when it is no such duration, or a negative one */
    public static Duration parse(String text) throws MalformedException {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Duration sum = Duration.ZERO;
        Matcher piece = PIECE.matcher(text);
        int end = 0;
        while (piece.lookingAt()) {
            sum = sum.plus(nanos(new BigDecimal(piece.group(1)), piece.group(2)));
            end = piece.end();
            piece.region(end, text.length());
        }
        if (end == 0 || end != text.length()) {
            throw new MalformedException("not a duration such as 10s, 100ms or 1m30s");
        }
        return sum;
    }

    private static Duration nanos(BigDecimal amount, String unit) throws MalformedException {
        long nanos = switch (unit) {
            case "ns" -> 1L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case String micro -> 1_000L;
        };
        BigDecimal product = amount.multiply(BigDecimal.valueOf(nanos));
        if (product.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new MalformedException("too long a duration");
        }
        return Duration.ofNanos(product.longValue());
    }
}

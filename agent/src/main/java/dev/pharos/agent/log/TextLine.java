package dev.pharos.agent.log;

import org.jspecify.annotations.Nullable;

/** {@code 2026-11-23T18:20:01.123Z INFO tunnel up peer=laptop path="relay anchor"}. */
final class TextLine {
    private TextLine() {}

    /** @param time may be empty */
    static String of(String time, Level level, String event, @Nullable Object... fields) {
        StringBuilder line = new StringBuilder(128)
                .append(time)
                .append(time.isEmpty() ? "" : " ")
                .append(level)
                .append(' ')
                .append(event);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            String value = String.valueOf(fields[i + 1]);
            line.append(' ').append(fields[i]).append('=');
            if (isPlain(value)) {
                line.append(value);
            } else {
                JsonLine.quote(line, value);
            }
        }
        return line.toString();
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != 0x7f);
    }
}

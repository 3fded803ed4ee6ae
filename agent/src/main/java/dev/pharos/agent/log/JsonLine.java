package dev.pharos.agent.log;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code {"time":"…","level":"info","event":"tunnel up","peer":"laptop"}}; numbers and booleans stay what they are. */
final class JsonLine {
    private JsonLine() {}

    /** @param time may be empty */
    static String of(String time, Level level, String event, @Nullable Object... fields) {
        StringBuilder line = new StringBuilder(160).append('{');
        if (!time.isEmpty()) {
            member(line, "time", time);
            line.append(',');
        }
        member(line, "level", level.name().toLowerCase(Locale.ROOT));
        member(line.append(','), "event", event);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            member(line.append(','), String.valueOf(fields[i]), fields[i + 1]);
        }
        return line.append('}').toString();
    }

    private static void member(StringBuilder line, String name, @Nullable Object value) {
        quote(line, name);
        line.append(':');
        switch (value) {
            case null -> line.append("null");
            case Integer number -> line.append(number);
            case Long number -> line.append(number);
            case Boolean flag -> line.append(flag);
            case Object other -> quote(line, other.toString());
        }
    }

    /** A string as RFC 8259 wants it; other people's names may hold anything. */
    static void quote(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c == '\n') {
                line.append("\\n");
            } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}

package dev.pharos.agent.log;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Writes events, each a fixed phrase and named fields, one line each. Secrets are never fields. Safe to use from any
 * thread.
 */
public final class EventLog {
    private static final int KEPT = 500;

    private final PrintStream out;
    private final InstantSource clock;
    private volatile Format format = Format.TEXT;
    private volatile Level least = Level.INFO;
    private volatile Timestamps timestamps = Timestamps.WRITTEN;
    private final ArrayDeque<String> recent = new ArrayDeque<>();

    public EventLog(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    public EventLog format(Format changed) {
        format = changed;
        return this;
    }

    public EventLog timestamps(Timestamps changed) {
        timestamps = changed;
        return this;
    }

    public Format format() {
        return format;
    }

    /** Writes only events of this level and above. */
    public EventLog least(Level changed) {
        least = changed;
        return this;
    }

    public Level least() {
        return least;
    }

    /** The last lines written, oldest first, each with its end. */
    public String recent() {
        synchronized (recent) {
            StringBuilder text = new StringBuilder();
            recent.forEach(line -> text.append(line).append('\n'));
            return text.toString();
        }
    }

    private void keep(String line) {
        synchronized (recent) {
            if (recent.size() == KEPT) {
                recent.removeFirst();
            }
            recent.addLast(line);
        }
    }

    /** For something costly to describe. */
    public boolean writes(Level level) {
        return level.compareTo(least) >= 0;
    }

    public void debug(String event, @Nullable Object... fields) {
        write(Level.DEBUG, event, fields);
    }

    public void info(String event, @Nullable Object... fields) {
        write(Level.INFO, event, fields);
    }

    public void warning(String event, @Nullable Object... fields) {
        write(Level.WARNING, event, fields);
    }

    public void error(String event, @Nullable Object... fields) {
        write(Level.ERROR, event, fields);
    }

    /**
     * Writes one event.
     *
     * @param fields name, value, name, value and so on
     */
    public void write(Level level, String event, @Nullable Object... fields) {
        if (!writes(level)) {
            return;
        }
        String time = timestamps == Timestamps.LEFT_OUT
                ? ""
                : clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
        String line = switch (format) {
            case TEXT -> TextLine.of(time, level, event, fields);
            case JSON -> JsonLine.of(time, level, event, fields);
        };
        keep(line);
        out.println(line);
    }
}

package dev.pharos.agent.log;

import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Brings what libraries say through {@code java.util.logging} into the event log. */
public final class LibraryLogs extends Handler {
    private final EventLog log;
    private final SimpleFormatter formatter = new SimpleFormatter();

    private LibraryLogs(EventLog log) {
        this.log = log;
    }

    /** Replaces the console handler of the JDK. */
    public static void writeTo(EventLog log) {
        LogManager.getLogManager().reset();
        Logger.getLogger("").addHandler(new LibraryLogs(log));
    }

    @Override
    public void publish(LogRecord record) {
        Level level = level(record);
        if (log.writes(level)) {
            Throwable thrown = record.getThrown();
            log.write(
                    level,
                    "library",
                    "name",
                    String.valueOf(record.getLoggerName()),
                    "message",
                    formatter.formatMessage(record),
                    "cause",
                    thrown == null ? "" : thrown.toString());
        }
    }

    private static Level level(LogRecord record) {
        int value = record.getLevel().intValue();
        if (value >= java.util.logging.Level.WARNING.intValue()) {
            return Level.WARNING;
        }
        return value >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
    }

    @Override
    public void flush() {
        // every event is written at once
    }

    @Override
    public void close() {
        // stderr stays open
    }
}

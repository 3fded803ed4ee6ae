package dev.pharos.agent.config;

import java.util.Locale;

/** How much is logged, and how. */
public record LoggingSettings(Level level, Format format) {
    /** The least severe event that is written. */
    public enum Level {
        DEBUG,
        INFO,
        WARNING,
        ERROR
    }

    /** One event a line, for people or for machines. */
    public enum Format {
        TEXT,
        JSON
    }

    static LoggingSettings read(Section logging) throws ConfigException {
        Level level = switch (logging.oneOf(
                "level", "info", "trace", "debug", "warning", "warn", "error", "fatal", "panic")) {
            case "trace", "debug" -> Level.DEBUG;
            case "warning", "warn" -> Level.WARNING;
            case "error", "fatal", "panic" -> Level.ERROR;
            case String info -> Level.INFO;
        };
        return new LoggingSettings(
                level, Format.valueOf(logging.oneOf("format", "text", "json").toUpperCase(Locale.ROOT)));
    }
}

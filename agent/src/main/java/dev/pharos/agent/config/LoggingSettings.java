package dev.pharos.agent.config;

import dev.pharos.agent.log.Format;
import dev.pharos.agent.log.Level;
import dev.pharos.agent.log.Timestamps;
import java.util.Locale;

/** How much is logged, and how. */
public record LoggingSettings(Level level, Format format, Timestamps timestamps) {
    static LoggingSettings read(Section logging) throws ConfigException {
        Level level = switch (logging.oneOf(
                "level", "info", "trace", "debug", "warning", "warn", "error", "fatal", "panic")) {
            case "trace", "debug" -> Level.DEBUG;
            case "warning", "warn" -> Level.WARNING;
            case "error", "fatal", "panic" -> Level.ERROR;
            case String info -> Level.INFO;
        };
        return new LoggingSettings(
                level,
                Format.valueOf(logging.oneOf("format", "text", "json").toUpperCase(Locale.ROOT)),
                logging.flag("disable_timestamp", false) ? Timestamps.LEFT_OUT : Timestamps.WRITTEN);
    }
}

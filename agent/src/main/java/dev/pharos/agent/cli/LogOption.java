package dev.pharos.agent.cli;

import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.Format;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a daemon logs. */
final class LogOption {
    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            converter = Converter.class,
            description = "How events are written to stderr (default: text).")
    Optional<Format> format = Optional.empty();

    EventLog log() {
        return new EventLog(System.err, InstantSource.system()).format(format.orElse(Format.TEXT));
    }

    static final class Converter implements ITypeConverter<Format> {
        @Override
        public Format convert(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "text" -> Format.TEXT;
                case "json" -> Format.JSON;
                case String other -> throw new TypeConversionException("\"" + other + "\" is neither text nor json");
            };
        }
    }
}

package dev.pharos.agent.cli;

import dev.pharos.agent.log.Format;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code text} or {@code json}. */
final class LogFormat implements ITypeConverter<Format> {
    @Override
    public Format convert(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "text" -> Format.TEXT;
            case "json" -> Format.JSON;
            case String other -> throw new TypeConversionException("\"" + other + "\" is neither text nor json");
        };
    }
}

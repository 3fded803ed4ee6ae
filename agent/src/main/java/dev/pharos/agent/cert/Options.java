package dev.pharos.agent.cert;

import dev.pharos.agent.config.GoDuration;
import dev.pharos.protocol.MalformedException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Options in the way of Go's {@code flag} package: one dash or two, {@code -name value} or {@code -name=value}, a switch
 * takes a value only behind the equals sign, and the first word that is no option ends them.
 */
final class Options {
    private enum Type {
        STRING("string"),
        UINT("uint"),
        DURATION("duration"),
        SWITCH("");

        private final String shown;

        Type(String shown) {
            this.shown = shown;
        }
    }

    private record Option(String name, Type type, String standard, String help) {}

    private static final List<String> YES = List.of("1", "t", "T", "true", "TRUE", "True");
    private static final List<String> NO = List.of("0", "f", "F", "false", "FALSE", "False");

    private final Map<String, Option> known = new TreeMap<>();
    private final Map<String, String> given = new HashMap<>();

    Options string(String name, String standard, String help) {
        known.put(name, new Option(name, Type.STRING, standard, help));
        return this;
    }

    Options number(String name, long standard, String help) {
        known.put(name, new Option(name, Type.UINT, Long.toString(standard), help));
        return this;
    }

    Options duration(String name, String standard, String help) {
        known.put(name, new Option(name, Type.DURATION, standard, help));
        return this;
    }

    Options toggle(String name, String help) {
        known.put(name, new Option(name, Type.SWITCH, "false", help));
        return this;
    }

    /**
     * Reads the command line; true when it asks for help instead.
     *
     * @throws CertException when an option is unknown, lacks its value, or has one of another kind
     */
    boolean parse(List<String> arguments) throws CertException {
        int next = 0;
        while (next < arguments.size()) {
            String argument = arguments.get(next++);
            if (argument.length() < 2 || argument.charAt(0) != '-' || argument.equals("--")) {
                break;
            }
            String body = argument.substring(argument.startsWith("--") ? 2 : 1);
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            Option option = known.get(name);
            if (option == null) {
                if (name.equals("h") || name.equals("help")) {
                    return true;
                }
                throw new CertException("flag provided but not defined: -" + name);
            }
            if (equals >= 0) {
                take(option, body.substring(equals + 1));
            } else if (option.type == Type.SWITCH) {
                take(option, "true");
            } else if (next < arguments.size()) {
                take(option, arguments.get(next++));
            } else {
                throw new CertException("flag needs an argument: -" + name);
            }
        }
        return false;
    }

    private void take(Option option, String value) throws CertException {
        boolean fits = switch (option.type) {
            case STRING -> true;
            case UINT -> unsigned(value).isPresent();
            case DURATION -> signedDuration(value).isPresent();
            case SWITCH -> YES.contains(value) || NO.contains(value);
        };
        if (!fits) {
            throw new CertException("invalid value \"" + value + "\" for flag -" + option.name + ": parse error");
        }
        given.put(option.name, value);
    }

    boolean isGiven(String name) {
        return given.containsKey(name);
    }

    String text(String name) {
        Option option = known.get(name);
        if (option == null) {
            throw new IllegalArgumentException(name);
        }
        return given.getOrDefault(name, option.standard);
    }

    /** The first of two names under which an option is known, or else the second, which is its old one. */
    String text(String name, String oldName) {
        return text(name).isEmpty() ? text(oldName) : text(name);
    }

    /** @throws CertException.Usage when it is empty */
    String required(String name) throws CertException.Usage {
        String value = text(name);
        if (value.isEmpty()) {
            throw new CertException.Usage("-" + name + " is required");
        }
        return value;
    }

    long number(String name) {
        return unsigned(text(name)).orElseThrow();
    }

    Duration duration(String name) {
        return signedDuration(text(name)).orElseThrow();
    }

    boolean isOn(String name) {
        return YES.contains(text(name));
    }

    /** Comma separated, without what is empty. */
    List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(piece -> !piece.isEmpty())
                .toList();
    }

    /** All options with what they take, what they mean and what they are unless given, one below the other. */
    String describe() {
        StringBuilder text = new StringBuilder();
        Collection<Option> all = known.values();
        for (Option option : all) {
            text.append("  -").append(option.name);
            if (!option.type.shown.isEmpty()) {
                text.append(' ').append(option.type.shown);
            }
            text.append("\n    \t").append(option.help);
            if (!option.standard.isEmpty() && !option.standard.equals("0") && option.type != Type.SWITCH) {
                text.append(" (default ").append(option.standard).append(')');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static Optional<Long> unsigned(String text) {
        try {
            long value = Long.decode(text);
            return value < 0 || text.startsWith("+") ? Optional.empty() : Optional.of(value);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> signedDuration(String text) {
        try {
            boolean negative = text.startsWith("-");
            Duration size = GoDuration.parse(negative || text.startsWith("+") ? text.substring(1) : text);
            return Optional.of(negative ? size.negated() : size);
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}

package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import java.util.Optional;
import java.util.OptionalInt;

/** How many event loops carry packets. */
final class EventLoops {
    /** More than this many are not worth the memory that each takes. */
    static final int MOST = 8;

    /** The environment variable that asks for a number of them, for a host whose settings come from a control plane. */
    private static final String VARIABLE = "PHAROS_LOOPS";

    private EventLoops() {}

    /** As many as are asked for, at most one a processor and {@link #MOST}; one when nothing is asked. */
    static int number(OptionalInt asked) {
        return number(asked, Runtime.getRuntime().availableProcessors());
    }

    static int number(OptionalInt asked, int processors) {
        return Math.min(asked.orElse(1), Math.min(processors, MOST));
    }

    /** As many as the environment asks for. */
    static int ofEnvironment() throws AgentException {
        Optional<String> text = Optional.ofNullable(System.getenv(VARIABLE)).filter(value -> !value.isBlank());
        return text.isPresent() ? number(OptionalInt.of(parse(text.get()))) : number(OptionalInt.empty());
    }

    static int parse(String text) throws AgentException {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw mistake(text);
        }
        throw mistake(text);
    }

    private static AgentException mistake(String text) {
        return new AgentException(VARIABLE + " is \"" + text + "\", must be a whole number from 1 on");
    }
}

package dev.pharos.agent.console;

import dev.pharos.agent.AgentException;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A command's words: switches and options with one dash or two, as nebula's console takes them, and the rest. */
record Words(Map<String, String> options, List<String> rest) {
    private static final Set<String> SWITCHES = Set.of("json", "pretty", "raw", "by-index", "local-only");
    private static final Set<String> OPTIONS = Set.of("address");

    /** @throws AgentException when an option is unknown or lacks its value */
    static Words parse(List<String> words) throws AgentException {
        Map<String, String> options = new HashMap<>();
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("-") || word.length() == 1) {
                rest.add(word);
                continue;
            }
            String name = word.replaceFirst("^--?", "");
            int equals = name.indexOf('=');
            if (equals > 0 && OPTIONS.contains(name.substring(0, equals))) {
                options.put(name.substring(0, equals), name.substring(equals + 1));
            } else if (SWITCHES.contains(name)) {
                options.put(name, "true");
            } else if (OPTIONS.contains(name) && i + 1 < words.size()) {
                options.put(name, words.get(++i));
            } else {
                throw new AgentException("no such option, or it lacks its value: " + word);
            }
        }
        return new Words(options, rest);
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    Optional<String> first() {
        return rest.stream().findFirst();
    }

    /** The path of the profile that the command writes. */
    String file() throws AgentException {
        return first().orElseThrow(() -> new AgentException("No path to write profile provided"));
    }

    /** The overlay address that the command is about. */
    VpnAddress address() throws AgentException {
        if (rest.isEmpty()) {
            throw new AgentException("No vpn address was provided");
        }
        try {
            return VpnAddress.parse(rest.getFirst());
        } catch (MalformedException e) {
            throw new AgentException("The provided vpn address could not be parsed: " + rest.getFirst(), e);
        }
    }

    /** What {@code -address} says. */
    Optional<UnderlayEndpoint> endpoint() throws AgentException {
        String text = options.get("address");
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(UnderlayEndpoint.parse(text));
        } catch (MalformedException e) {
            throw new AgentException("Address could not be parsed: " + text, e);
        }
    }
}

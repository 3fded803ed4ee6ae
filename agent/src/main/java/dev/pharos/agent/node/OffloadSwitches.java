package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which offloads may be used, as far as the environment says: {@code PHAROS_OFFLOADS=udp-send,tun-tcp}, or {@code none}. */
final class OffloadSwitches {
    private static final String VARIABLE = "PHAROS_OFFLOADS";

    private OffloadSwitches() {}

    /** All of them, unless the environment names some. */
    static Set<Offload> ofEnvironment() throws AgentException {
        Optional<String> text = Optional.ofNullable(System.getenv(VARIABLE)).filter(value -> !value.isBlank());
        return text.isPresent() ? parse(text.get()) : EnumSet.allOf(Offload.class);
    }

    static Set<Offload> parse(String text) throws AgentException {
        Set<Offload> chosen = EnumSet.noneOf(Offload.class);
        if (text.strip().equals("none")) {
            return chosen;
        }
        for (String name : text.split(",", -1)) {
            chosen.add(offload(name.strip()));
        }
        return chosen;
    }

    private static Offload offload(String name) throws AgentException {
        for (Offload offload : Offload.values()) {
            if (offload.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return offload;
            }
        }
        throw new AgentException(VARIABLE + " names \"" + name
                + "\", must be none, or some of udp-send, udp-receive, tun-tcp, tun-udp with commas between");
    }
}

package dev.pharos.agent.firewall;

import dev.pharos.protocol.VpnPrefix;

/** Which addresses at our end a rule covers; of importance on hosts that route subnets. */
public sealed interface LocalRange {
    LocalRange UNSET = new Unset();

    LocalRange ANY = new Any();

    /** Not said: everything on a host without routed subnets, else only its overlay networks. */
    record Unset() implements LocalRange {}

    record Any() implements LocalRange {}

    record Within(VpnPrefix prefix) implements LocalRange {}
}

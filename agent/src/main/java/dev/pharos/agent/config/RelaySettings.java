package dev.pharos.agent.config;

import dev.pharos.protocol.VpnAddress;
import java.util.List;

/**
 * Relaying.
 *
 * @param relays hosts through which others may reach this one
 * @param serve whether this host relays for others; it then uses no relays itself
 * @param use whether to reach others through their relays
 */
public record RelaySettings(List<VpnAddress> relays, boolean serve, boolean use) {
    static RelaySettings read(Section relay) throws ConfigException {
        boolean serve = relay.flag("am_relay", false);
        List<VpnAddress> relays = relay.list("relays", VpnAddress::parse);
        if (serve && !relays.isEmpty()) {
            throw relay.error("relays", "must be empty on a host with am_relay: relays do not use relays");
        }
        return new RelaySettings(relays, serve, relay.flag("use_relays", true) && !serve);
    }
}

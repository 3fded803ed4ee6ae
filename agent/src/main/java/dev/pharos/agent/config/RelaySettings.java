package dev.pharos.agent.config;

import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.VpnAddress;
import java.util.List;

/** Relaying: {@code relay.*}. A host that relays for others uses no relay itself, whatever {@code use_relays} says. */
final class RelaySettings {
    private RelaySettings() {}

    static Relaying read(Section relay) throws ConfigException {
        List<VpnAddress> relays = relay.list("relays", VpnAddress::parse);
        boolean use = relay.flag("use_relays", true);
        if (relay.flag("am_relay", false)) {
            if (!relays.isEmpty()) {
                relay.warn("relays", "has no effect on a host with am_relay, as relays do not use relays");
            }
            return new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.FORBIDDEN);
        }
        return new Relaying(RelayRole.NONE, relays, use ? RelayUse.ALLOWED : RelayUse.FORBIDDEN);
    }
}

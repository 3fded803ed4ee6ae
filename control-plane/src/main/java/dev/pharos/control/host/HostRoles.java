package dev.pharos.control.host;

import dev.pharos.control.api.Problem;
import dev.pharos.control.host.HostController.HostChange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What hosts do for others, for a whole network at once. */
@Component
public class HostRoles {
    private static final String ANY_VERSION = "*";

    private final Hosts hosts;
    private final HostChanges changes;

    HostRoles(Hosts hosts, HostChanges changes) {
        this.hosts = hosts;
        this.changes = changes;
    }

    public record Roles(boolean lighthouse, boolean relay, List<String> endpoints) {
        public static final Roles NONE = new Roles(false, false, List.of());

        public Roles {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** By name, of hosts that have any. */
    public Map<String, Roles> of(String networkId) {
        Map<String, Roles> roles = new TreeMap<>();
        for (Host host : hosts.living(networkId)) {
            Roles own = rolesOf(host);
            if (!own.equals(Roles.NONE)) {
                roles.put(host.name(), own);
            }
        }
        return roles;
    }

    /** Changes those hosts whose roles are others; refuses a name that no host has. */
    @Transactional
    public void assign(String networkId, Map<String, Roles> wanted) {
        wanted.forEach((name, roles) -> {
            Host host = hosts.findByNetworkIdAndName(networkId, name)
                    .filter(found -> !found.deleted())
                    .orElseThrow(() -> Problem.field("hosts", "names no host " + name));
            if (!rolesOf(host).equals(roles)) {
                changes.apply(
                        host.id(),
                        new HostChange(null, null, null, null, roles.lighthouse(), roles.relay(), roles.endpoints()),
                        ANY_VERSION);
            }
        });
    }

    private static Roles rolesOf(Host host) {
        return new Roles(host.lighthouse(), host.relay(), host.endpoints());
    }
}

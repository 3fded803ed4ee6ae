package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import java.util.Optional;

/** Hosts as people call them. */
final class HostNames {
    private HostNames() {}

    /**
     * An address, or the first one of the host of that name.
     *
     * @throws AgentException when it is neither
     */
    static VpnAddress find(Node node, String host) throws AgentException {
        if (host.equals(node.name())) {
            return node.settings().identity().networks().iterator().next().address();
        }
        Optional<VpnAddress> known = Optional.ofNullable(node.settings().names().get(host))
                .or(() -> node.peers().stream()
                        .filter(peer -> peer.name().equals(host))
                        .map(peer -> peer.addresses().getFirst())
                        .findFirst());
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return VpnAddress.parse(host);
        } catch (MalformedException e) {
            throw new AgentException("no host is called " + host + "; give its overlay address", e);
        }
    }
}

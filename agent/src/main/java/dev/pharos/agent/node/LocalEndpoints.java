package dev.pharos.agent.node;

import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.NetworkInterfaces;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.List;
import java.util.Optional;

/** The addresses of this machine at which peers may reach it; port 0 stands for the one listened on. */
final class LocalEndpoints {
    private LocalEndpoints() {}

    /** @param listen the address of our socket */
    static List<UnderlayEndpoint> read(NodeSettings settings, UnderlayEndpoint listen, Optional<String> device)
            throws LinuxException {
        boolean bothFamilies = !listen.isV4();
        return NetworkInterfaces.addresses().stream()
                .filter(address -> address.scope() == NetworkInterfaces.Scope.GLOBAL)
                .filter(address -> !device.equals(Optional.of(address.device())))
                .filter(address -> settings.underlay().locals().allowsInterface(address.device()))
                .map(address -> UnderlayEndpoint.of(address.prefix().address().toBytes(), 0))
                .filter(endpoint -> bothFamilies || endpoint.isV4())
                .filter(endpoint -> !settings.isOverlay(endpoint))
                .toList();
    }
}

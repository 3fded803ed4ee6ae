package dev.pharos.agent.node;

import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.NetworkInterfaces;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.List;
import java.util.Optional;

/** The addresses of this machine at which peers may reach it; port 0 stands for the one listened on. */
final class LocalEndpoints {
    private LocalEndpoints() {}

    static List<UnderlayEndpoint> read(NodeSettings settings, Optional<String> device) throws LinuxException {
        boolean bothFamilies = !settings.listen().isV4();
        return NetworkInterfaces.addresses().stream()
                .filter(address -> address.scope() == NetworkInterfaces.Scope.GLOBAL)
                .filter(address -> !device.equals(Optional.of(address.device())))
                .map(address -> UnderlayEndpoint.of(address.prefix().address().toBytes(), 0))
                .filter(endpoint -> bothFamilies || endpoint.isV4())
                .filter(endpoint -> !settings.isOverlay(endpoint))
                .toList();
    }
}

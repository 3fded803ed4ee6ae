package dev.pharos.control.tls;

import dev.pharos.control.settings.Settings;
import dev.pharos.protocol.UnderlayEndpoint;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Where agents reach the control plane: as configured, else every global and LAN address of this machine. */
@Component
public class PublicUrls {
    private final List<URI> urls;

    PublicUrls(Settings settings, @Value("${server.port}") int port) throws SocketException {
        urls = settings.publicUrls().isEmpty() ? ofThisMachine(port) : List.copyOf(settings.publicUrls());
        for (URI url : urls) {
            if (url.getHost() == null || !"https".equals(url.getScheme())) {
                throw new IllegalArgumentException("PHAROS_PUBLIC_URLS names " + url + ", which is not an https URL");
            }
        }
    }

    /** At least one. */
    public List<URI> all() {
        return urls;
    }

    private static List<URI> ofThisMachine(int port) throws SocketException {
        List<URI> found = new ArrayList<>();
        for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (device.isUp() && !device.isLoopback() && !device.getName().startsWith("pharos")) {
                Collections.list(device.getInetAddresses()).stream()
                        .filter(address -> !address.isLinkLocalAddress() && !address.isMulticastAddress())
                        .forEach(address -> found.add(url(address, port)));
            }
        }
        found.sort(Comparator.comparing(url -> url.getHost().startsWith("[")));
        return found.isEmpty() ? List.of(url(InetAddress.getLoopbackAddress(), port)) : List.copyOf(found);
    }

    private static URI url(InetAddress address, int port) {
        return URI.create("https://" + UnderlayEndpoint.of(address.getAddress(), port));
    }
}

package dev.pharos.lab.up;

import dev.pharos.lab.run.LabException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** Where others can reach this machine beneath the overlay. */
final class MachineAddresses {
    private MachineAddresses() {}

    /** Its IPv4 addresses on networks it is plugged into; tunnels, its own overlay among them, do not count. */
    static List<String> own() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(MachineAddresses::isPluggedIn)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (SocketException e) {
            throw new LabException("cannot list the network interfaces: " + e.getMessage(), e);
        }
    }

    private static boolean isPluggedIn(NetworkInterface device) {
        try {
            return device.isUp() && !device.isLoopback() && !device.isPointToPoint();
        } catch (SocketException e) {
            throw new LabException("cannot ask " + device.getName() + ": " + e.getMessage(), e);
        }
    }
}

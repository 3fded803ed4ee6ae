package dev.pharos.agent.firewall;

import dev.pharos.protocol.VpnAddress;

/**
 * What two programs at both ends of a tunnel send each other.
 *
 * @param protocol as in IP headers: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6
 * @param local address at our end: ours, or one in a subnet that we route
 * @param localPort from 0 to 65535; 0 where the protocol has no ports
 * @param remote address at the peer's end
 */
public record Flow(int protocol, VpnAddress local, int localPort, VpnAddress remote, int remotePort) {
    public Flow {
        if (protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException("no IP protocol: " + protocol);
        }
        requirePort(localPort);
        requirePort(remotePort);
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }
}

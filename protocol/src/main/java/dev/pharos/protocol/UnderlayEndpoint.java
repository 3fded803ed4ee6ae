package dev.pharos.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A UDP address on the network beneath the overlay. The IP address is held like {@link VpnAddress} holds its own, yet
 * the two never mix: an overlay address is no place to send a datagram to.
 *
 * @param port 0 to 65535; 0 only where a message means "the port you see me from"
 */
public record UnderlayEndpoint(long high, long low, int port) {
    public UnderlayEndpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
    }

    /** From 4 or 16 address bytes in network order; a v4-mapped IPv6 address becomes IPv4. */
    public static UnderlayEndpoint of(byte[] address, int port) {
        IpText.Halves halves = IpText.of(address);
        return new UnderlayEndpoint(halves.high(), halves.low(), port);
    }

    /** From an IPv4 address as a big-endian integer. */
    public static UnderlayEndpoint ofV4(int address, int port) {
        return new UnderlayEndpoint(0, IpText.V4_PREFIX | Integer.toUnsignedLong(address), port);
    }

    /**
     * Parses {@code 192.0.2.1:4242} or {@code [2001:db8::1]:4242}; names are not resolved here.
     *
     * @throws MalformedException when it is not of that form
     */
    public static UnderlayEndpoint parse(String text) throws MalformedException {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new MalformedException("not an endpoint of the form address:port");
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (port > 65535 || bracketed != host.contains(":")) {
            throw new MalformedException("not an endpoint of the form address:port");
        }
        return IpText.parse(bracketed ? host.substring(1, host.length() - 1) : host)
                .map(halves -> new UnderlayEndpoint(halves.high(), halves.low(), port))
                .orElseThrow(() -> new MalformedException("not an endpoint of the form address:port"));
    }

    public boolean isV4() {
        return IpText.isV4(high, low);
    }

    /** The IPv4 address as a big-endian integer; only meaningful when {@link #isV4()}. */
    public int v4() {
        return (int) low;
    }

    /** 4 or 16 bytes in network order. */
    public byte[] addressBytes() {
        return IpText.bytes(high, low);
    }

    public InetAddress inetAddress() {
        return IpText.inetAddress(high, low);
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(inetAddress(), port);
    }

    public UnderlayEndpoint withPort(int newPort) {
        return new UnderlayEndpoint(high, low, newPort);
    }

    @Override
    public String toString() {
        String address = IpText.format(high, low);
        return isV4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}

package dev.pharos.protocol;

import java.net.InetAddress;

/**
 * An address on the overlay, IPv4 or IPv6. IPv4 is held v4-mapped: {@code high} 0, {@code low} {@code 0x0000ffff_aabbccdd},
 * which is also its form in Nebula's v2 messages (facts, nebula-protocol trap 13). Ordered IPv4 first, then by unsigned value.
 */
public record VpnAddress(long high, long low) implements Comparable<VpnAddress> {

    /**
     * Parses a literal.
     *
     * @throws MalformedException when it is not a plain IPv4 or IPv6 literal
     */
    public static VpnAddress parse(String text) throws MalformedException {
        return IpText.parse(text)
                .map(halves -> new VpnAddress(halves.high(), halves.low()))
                .orElseThrow(() -> new MalformedException("not an IP address"));
    }

    /** From 4 or 16 bytes in network order; a v4-mapped IPv6 address becomes IPv4. */
    public static VpnAddress of(byte[] address) {
        IpText.Halves halves = IpText.of(address);
        return new VpnAddress(halves.high(), halves.low());
    }

    /** From an IPv4 address as a big-endian integer. */
    public static VpnAddress ofV4(int address) {
        return new VpnAddress(0, IpText.V4_PREFIX | Integer.toUnsignedLong(address));
    }

    public boolean isV4() {
        return IpText.isV4(high, low);
    }

    /** The IPv4 address as a big-endian integer; only meaningful when {@link #isV4()}. */
    public int v4() {
        return (int) low;
    }

    /** 4 or 16 bytes in network order. */
    public byte[] toBytes() {
        return IpText.bytes(high, low);
    }

    public InetAddress toInetAddress() {
        return IpText.inetAddress(high, low);
    }

    /** 32 or 128. */
    public int bits() {
        return isV4() ? 32 : 128;
    }

    @Override
    public int compareTo(VpnAddress other) {
        if (isV4() != other.isV4()) {
            return isV4() ? -1 : 1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return IpText.format(high, low);
    }
}

package dev.pharos.protocol;

import java.util.Comparator;

/**
 * An address with a prefix length. In a certificate's networks the address is the host's own (host bits kept); as a
 * range in a rule or route it is usually {@link #masked()}. Ordered by address, then length, as v2 certificates want it.
 */
public record VpnPrefix(VpnAddress address, int length) implements Comparable<VpnPrefix> {
    private static final Comparator<VpnPrefix> ORDER =
            Comparator.comparing(VpnPrefix::address).thenComparingInt(VpnPrefix::length);

    public VpnPrefix {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException("prefix length " + length + " does not fit " + address);
        }
    }

    /**
     * Parses {@code address/length}.
     *
     * @throws MalformedException when either half is not what it claims to be
     */
    public static VpnPrefix parse(String text) throws MalformedException {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            throw new MalformedException("not a prefix of the form address/length");
        }
        VpnAddress address = VpnAddress.parse(text.substring(0, slash));
        int length = Integer.parseInt(text.substring(slash + 1));
        if (length > address.bits()) {
            throw new MalformedException("prefix length " + length + " is too long");
        }
        return new VpnPrefix(address, length);
    }

    /** The same range with all host bits zero. */
    public VpnPrefix masked() {
        return new VpnPrefix(new VpnAddress(address.high() & highMask(), address.low() & lowMask()), length);
    }

    public boolean contains(VpnAddress candidate) {
        return candidate.isV4() == address.isV4()
                && ((candidate.high() ^ address.high()) & highMask()) == 0
                && ((candidate.low() ^ address.low()) & lowMask()) == 0;
    }

    /** Whether every address of {@code other} lies in this range. */
    public boolean contains(VpnPrefix other) {
        return other.length >= length && contains(other.address);
    }

    private int mappedLength() {
        return address.isV4() ? length + 96 : length;
    }

    private long highMask() {
        int bits = Math.min(mappedLength(), 64);
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    private long lowMask() {
        int bits = Math.max(mappedLength() - 64, 0);
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    @Override
    public int compareTo(VpnPrefix other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}

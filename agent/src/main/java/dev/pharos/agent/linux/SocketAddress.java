package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * {@code struct sockaddr_in} and {@code sockaddr_in6}. An address is two longs with IPv4 held v4-mapped, as in
 * {@link dev.pharos.protocol.UnderlayEndpoint}; that is also how an IPv6 socket names it.
 */
final class SocketAddress {
    private static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long V4_MAPPED = 0xffffL << 32;

    enum Family {
        V4(Abi.AF_INET),
        V6(Abi.AF_INET6);

        final int number;

        Family(int number) {
            this.number = number;
        }
    }

    private SocketAddress() {}

    /** Writes the address for a socket of that family and answers the struct's size. */
    static int write(MemorySegment memory, long at, Family family, long high, long low, int port) {
        memory.set(JAVA_SHORT_UNALIGNED, at, (short) family.number);
        memory.set(NETWORK_SHORT, at + Abi.SOCKADDR_PORT, (short) port);
        if (family == Family.V4) {
            memory.set(NETWORK_INT, at + Abi.SOCKADDR_IN_ADDRESS, (int) low);
            return Abi.SOCKADDR_IN_SIZE;
        }
        memory.set(NETWORK_LONG, at + Abi.SOCKADDR_IN6_ADDRESS, high);
        memory.set(NETWORK_LONG, at + Abi.SOCKADDR_IN6_ADDRESS + 8, low);
        return Abi.SOCKADDR_IN6_SIZE;
    }

    static long high(MemorySegment memory, long at, Family family) {
        return family == Family.V4 ? 0 : memory.get(NETWORK_LONG, at + Abi.SOCKADDR_IN6_ADDRESS);
    }

    static long low(MemorySegment memory, long at, Family family) {
        return family == Family.V4
                ? V4_MAPPED | Integer.toUnsignedLong(memory.get(NETWORK_INT, at + Abi.SOCKADDR_IN_ADDRESS))
                : memory.get(NETWORK_LONG, at + Abi.SOCKADDR_IN6_ADDRESS + 8);
    }

    static int port(MemorySegment memory, long at) {
        return Short.toUnsignedInt(memory.get(NETWORK_SHORT, at + Abi.SOCKADDR_PORT));
    }
}

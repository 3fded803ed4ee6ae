package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells that a device, an address or a route of this machine changed: a netlink multicast socket whose descriptor becomes
 * readable. What changed is read afresh with {@link NetworkInterfaces}; a lost message therefore costs nothing.
 */
public final class LinkChanges implements AutoCloseable {
    private static final int GROUPS = Abi.RTMGRP_LINK
            | Abi.RTMGRP_IPV4_IFADDR
            | Abi.RTMGRP_IPV4_ROUTE
            | Abi.RTMGRP_IPV6_IFADDR
            | Abi.RTMGRP_IPV6_ROUTE;
    private static final int RECEIVE_BYTES = 1 << 15;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(RECEIVE_BYTES);
    private final int fd;

    private LinkChanges(int fd) {
        this.fd = fd;
    }

    /**
     * Begins to watch.
     *
     * @param receiveBuffer bytes of room for messages, 0 for the kernel's choice; what does not fit is no loss
     */
    public static LinkChanges open(int receiveBuffer) throws LinuxException {
        String purpose = "cannot watch this machine's addresses and routes";
        int fd = (int) LinuxException.check(
                Libc.socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0),
                "socket(AF_NETLINK)",
                purpose);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Abi.SOCKADDR_NL_SIZE, Integer.BYTES);
            address.set(JAVA_SHORT, 0, (short) Abi.AF_NETLINK);
            address.set(JAVA_INT, Abi.SOCKADDR_NL_GROUPS, GROUPS);
            int result = Libc.bind(fd, address.address(), Abi.SOCKADDR_NL_SIZE);
            if (result < 0) {
                Libc.close(fd);
                throw new LinuxException("bind(AF_NETLINK)", -result, purpose);
            }
        }
        if (receiveBuffer > 0) {
            UdpPort.setReceiveBuffer(fd, receiveBuffer);
        }
        return new LinkChanges(fd);
    }

    /** For the event loop; it stays this object's to close. */
    public int fd() {
        return fd;
    }

    /** Empties the socket; whether anything had changed. */
    public boolean drain() {
        boolean changed = false;
        long result = Libc.read(fd, buffer.address(), RECEIVE_BYTES);
        while (result > 0 || result == -Errno.ENOBUFS) {
            changed = true;
            result = Libc.read(fd, buffer.address(), RECEIVE_BYTES);
        }
        return changed;
    }

    @Override
    public void close() {
        Libc.close(fd);
        arena.close();
    }
}

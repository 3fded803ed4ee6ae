package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.pharos.protocol.UnderlayEndpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A bound UDP socket that does not block, IPv4 or dual-stack, with large buffers. Datagrams go in and out
 * by {@link SendBatch} and {@link ReceiveBatch}.
 */
public final class UdpPort implements AutoCloseable {
    private static final List<String> MEMORY_FIELDS = List.of(
            "rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "backlog", "drops");

    /** As large as one second of 64 Mbit/s: 8 MB raised a comparable tunnel's throughput by 29 % (facts, dataplane 1.1). */
    static final int BUFFER_BYTES = 8 << 20;

    /** Whether other sockets of this user may be bound to the same port. */
    private enum Sharing {
        /** The port being taken is an error, as another daemon may have it. */
        ALONE,
        /** SO_REUSEPORT: one socket for each event loop. */
        WITH_OTHER_LOOPS
    }

    /**
     * What the socket may be told at any time.
     *
     * @param receiveBuffer bytes; absent for {@link #BUFFER_BYTES}
     * @param sendBuffer the same
     * @param mark the firewall mark (SO_MARK) of what it sends, which needs CAP_NET_ADMIN; 0 for none
     */
    public record Options(OptionalInt receiveBuffer, OptionalInt sendBuffer, int mark) {
        public static final Options DEFAULT = new Options(OptionalInt.empty(), OptionalInt.empty(), 0);
    }

    private final int fd;
    private final SocketAddress.Family family;
    private final int port;

    private UdpPort(int fd, SocketAddress.Family family, int port) {
        this.fd = fd;
        this.family = family;
        this.port = port;
    }

    /**
     * Binds. The IPv6 wildcard means both families; where the machine has no IPv6 it becomes the IPv4 wildcard.
     *
     * @param local port 0 lets the kernel choose
     * @throws LinuxException when the address is in use, or not this machine's
     */
    public static UdpPort bind(UnderlayEndpoint local) throws LinuxException {
        return bind(local, Sharing.ALONE);
    }

    /**
     * Binds so many sockets to one port, which nobody else has. A datagram comes to the one that the low bits of its index
     * name, as many bits as the highest number has.
     *
     * @param local port 0 lets the kernel choose
     * @throws LinuxException when the address is in use, or not this machine's
     */
    public static List<UdpPort> bindGroup(UnderlayEndpoint local, int sockets) throws LinuxException {
        List<UdpPort> group = new ArrayList<>();
        try {
            // Alone at first: among sharers the kernel would let a second daemon join, and give it our port by chance.
            group.add(bind(local));
            if (sockets > 1) {
                int first = group.getFirst().fd;
                LinuxException.check(
                        option(first, Abi.SOL_SOCKET, Abi.SO_REUSEPORT, 1),
                        "setsockopt(SO_REUSEPORT)",
                        "cannot listen on UDP " + local + " with several sockets");
                UnderlayEndpoint taken = local.withPort(group.getFirst().port);
                while (group.size() < sockets) {
                    group.add(bind(taken, Sharing.WITH_OTHER_LOOPS));
                }
                Steering.attach(first, (Integer.highestOneBit(sockets - 1) << 1) - 1);
            }
            return List.copyOf(group);
        } catch (LinuxException e) {
            group.forEach(UdpPort::close);
            throw e;
        }
    }

    private static UdpPort bind(UnderlayEndpoint local, Sharing sharing) throws LinuxException {
        if (local.isV4()) {
            return bind(SocketAddress.Family.V4, local, sharing);
        }
        try {
            return bind(SocketAddress.Family.V6, local, sharing);
        } catch (LinuxException e) {
            boolean wildcard = local.high() == 0 && local.low() == 0;
            if (wildcard && e.errno() == Errno.EAFNOSUPPORT) {
                return bind(SocketAddress.Family.V4, UnderlayEndpoint.ofV4(0, local.port()), sharing);
            }
            throw e;
        }
    }

    private static UdpPort bind(SocketAddress.Family family, UnderlayEndpoint local, Sharing sharing)
            throws LinuxException {
        String purpose = "cannot listen on UDP " + local;
        int fd = (int) LinuxException.check(
                Libc.socket(family.number, Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0),
                "socket",
                purpose);
        try (Arena arena = Arena.ofConfined()) {
            if (sharing == Sharing.WITH_OTHER_LOOPS) {
                int result = option(fd, Abi.SOL_SOCKET, Abi.SO_REUSEPORT, 1);
                LinuxException.check(result, "setsockopt(SO_REUSEPORT)", purpose);
            }
            if (family == SocketAddress.Family.V6) {
                LinuxException.check(
                        option(fd, Abi.IPPROTO_IPV6, Abi.IPV6_V6ONLY, 0), "setsockopt(IPV6_V6ONLY)", purpose);
            }
            setBuffers(fd, BUFFER_BYTES, BUFFER_BYTES);
            MemorySegment address = arena.allocate(Abi.SOCKADDR_IN6_SIZE, Long.BYTES);
            int length = SocketAddress.write(address, 0, family, local.high(), local.low(), local.port());
            LinuxException.check(Libc.bind(fd, address.address(), length), "bind", purpose);
            MemorySegment size = arena.allocateFrom(JAVA_INT, Abi.SOCKADDR_IN6_SIZE);
            LinuxException.check(Libc.getsockname(fd, address.address(), size.address()), "getsockname", purpose);
            return new UdpPort(fd, family, SocketAddress.port(address, 0));
        } catch (LinuxException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** By force with CAP_NET_ADMIN, else as much as net.core.rmem_max and wmem_max allow. */
    static void setReceiveBuffer(int fd, int bytes) {
        if (option(fd, Abi.SOL_SOCKET, Abi.SO_RCVBUFFORCE, bytes) < 0) {
            option(fd, Abi.SOL_SOCKET, Abi.SO_RCVBUF, bytes);
        }
    }

    private static void setBuffers(int fd, int receive, int send) {
        setReceiveBuffer(fd, receive);
        if (option(fd, Abi.SOL_SOCKET, Abi.SO_SNDBUFFORCE, send) < 0) {
            option(fd, Abi.SOL_SOCKET, Abi.SO_SNDBUF, send);
        }
    }

    /**
     * Sets buffers and mark.
     *
     * @throws LinuxException when a mark is asked for without CAP_NET_ADMIN; buffers are then set all the same
     */
    public void set(Options options) throws LinuxException {
        setBuffers(
                fd,
                options.receiveBuffer().orElse(BUFFER_BYTES),
                options.sendBuffer().orElse(BUFFER_BYTES));
        if (options.mark() != 0 || get(Abi.SO_MARK) != 0) {
            LinuxException.check(
                    option(fd, Abi.SOL_SOCKET, Abi.SO_MARK, options.mark()),
                    "setsockopt(SO_MARK)",
                    "cannot mark packets with " + options.mark());
        }
    }

    /** What is in force; the kernel answers twice the size of a buffer. */
    Options options() {
        return new Options(OptionalInt.of(get(Abi.SO_RCVBUF)), OptionalInt.of(get(Abi.SO_SNDBUF)), get(Abi.SO_MARK));
    }

    private int get(int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            Libc.getsockopt(fd, Abi.SOL_SOCKET, name, value.address(), length.address());
            return value.get(JAVA_INT, 0);
        }
    }

    private static int option(int fd, int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.setsockopt(
                    fd, level, name, arena.allocateFrom(JAVA_INT, value).address(), Integer.BYTES);
        }
    }

    /**
     * Lets the kernel hand over several datagrams of one sender in one buffer (UDP_GRO, kernel 5.0 and later).
     *
     * @return whether it agreed
     */
    public boolean enableReceiveOffload() {
        return option(fd, Abi.SOL_UDP, Abi.UDP_GRO, 1) == 0;
    }

    /** One datagram a buffer again. */
    public void disableReceiveOffload() {
        option(fd, Abi.SOL_UDP, Abi.UDP_GRO, 0);
    }

    /** Whether this kernel knows UDP_SEGMENT (4.18 and later); it is then asked for with each send. */
    public boolean canSegment() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            return Libc.getsockopt(fd, Abi.SOL_UDP, Abi.UDP_SEGMENT, value.address(), length.address()) == 0;
        }
    }

    /**
     * Memory and drops, by the names of sock_diag(7) (struct order of SK_MEMINFO_RMEM_ALLOC and the following).
     *
     * @throws LinuxException when the kernel does not say (before 4.12)
     */
    public Map<String, Long> memory() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(JAVA_INT, MEMORY_FIELDS.size());
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) values.byteSize());
            LinuxException.check(
                    Libc.getsockopt(fd, Abi.SOL_SOCKET, Abi.SO_MEMINFO, values.address(), length.address()),
                    "getsockopt(SO_MEMINFO)",
                    "cannot read the memory of the socket");
            Map<String, Long> memory = new LinkedHashMap<>();
            for (int i = 0; i < MEMORY_FIELDS.size(); i++) {
                memory.put(MEMORY_FIELDS.get(i), Integer.toUnsignedLong(values.getAtIndex(JAVA_INT, i)));
            }
            return memory;
        }
    }

    /** Waits until a datagram can be sent again; false when that took longer than {@code milliseconds}. */
    public boolean awaitWritable(int milliseconds) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptor = arena.allocate(Abi.POLLFD_SIZE, Integer.BYTES);
            descriptor.set(JAVA_INT, 0, fd);
            descriptor.set(JAVA_SHORT, Abi.POLLFD_EVENTS, (short) Abi.POLLOUT);
            return Libc.poll(descriptor.address(), 1, milliseconds) > 0;
        }
    }

    /** For the event loop; it stays this object's to close. */
    public int fd() {
        return fd;
    }

    SocketAddress.Family family() {
        return family;
    }

    /** Whether IPv6 endpoints can be reached through it. */
    public boolean reachesV6() {
        return family == SocketAddress.Family.V6;
    }

    /** The port bound to, never 0. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}

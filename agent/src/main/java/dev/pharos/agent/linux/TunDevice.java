package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One queue of a TUN device, opened with a virtio header before every packet (see {@link VirtioHeader}). The file
 * descriptor does not block: a read or write answers {@code -EAGAIN} instead. Needs CAP_NET_ADMIN.
 */
public final class TunDevice implements AutoCloseable {
    /** The largest read: a virtio header and an IP packet of 65 535 bytes. */
    public static final int MAX_READ = VirtioHeader.SIZE + 65535;

    private static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int CAP_NET_ADMIN = 12;

    private final int fd;
    private final String name;
    private final boolean real;

    private TunDevice(int fd, String name, boolean real) {
        this.fd = fd;
        this.name = name;
        this.real = real;
    }

    /** See {@link StandInDevice}. */
    static TunDevice standIn(int fd) {
        return new TunDevice(fd, "stand-in", false);
    }

    /**
     * Creates the device, or attaches to one of that name that exists and nobody holds.
     *
     * @param name at most 15 bytes; {@code tun%d} or empty lets the kernel number it
     * @throws LinuxException which says what is missing: the capability, or the device node
     */
    public static TunDevice open(String name) throws LinuxException {
        return openQueue(name, 0);
    }

    /**
     * Creates the device with so many queues. With more than one it must not exist yet: nothing would tell whether another
     * process holds it.
     */
    public static List<TunDevice> open(String name, int queues) throws LinuxException {
        if (queues == 1) {
            return List.of(open(name));
        }
        List<TunDevice> all = new ArrayList<>();
        try {
            all.add(openQueue(name, Abi.IFF_MULTI_QUEUE | Abi.IFF_TUN_EXCL));
            while (all.size() < queues) {
                all.add(openQueue(all.getFirst().name, Abi.IFF_MULTI_QUEUE));
            }
            return List.copyOf(all);
        } catch (LinuxException e) {
            all.forEach(TunDevice::close);
            throw e;
        }
    }

    private static TunDevice openQueue(String name, int flags) throws LinuxException {
        if (name.length() >= Abi.IFNAMSIZ) {
            throw new IllegalArgumentException("a device name has at most 15 bytes: " + name);
        }
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom(CLONE_DEVICE).address();
            int fd = Libc.open(path, Abi.O_RDWR | Abi.O_NONBLOCK | Abi.O_CLOEXEC);
            if (fd < 0) {
                throw new LinuxException("open(" + CLONE_DEVICE + ")", -fd, "cannot open a TUN device; " + diagnosis());
            }
            MemorySegment request = arena.allocate(Abi.IFREQ_SIZE, Long.BYTES);
            request.setString(0, name);
            request.set(JAVA_SHORT, Abi.IFREQ_FLAGS, (short) (Abi.IFF_TUN | Abi.IFF_NO_PI | Abi.IFF_VNET_HDR | flags));
            int result = Libc.ioctl(fd, Abi.TUNSETIFF, request.address());
            if (result < 0) {
                Libc.close(fd);
                throw new LinuxException("ioctl(TUNSETIFF)", -result, purpose(name, -result));
            }
            return new TunDevice(fd, request.getString(0), true);
        }
    }

    private static String purpose(String name, int errno) {
        return switch (errno) {
            case Errno.EBUSY ->
                "cannot create the TUN device " + name + ", another process holds one of that name"
                        + " (or it was made beforehand, which goes with one event loop only)";
            case Errno.EINVAL -> "cannot create the TUN device " + name + ", a device of that name is of another kind";
            default -> "cannot create the TUN device " + name + "; " + diagnosis();
        };
    }

    /** Says which of the two things a TUN device needs is missing. */
    private static String diagnosis() {
        String capability = hasNetAdmin()
                ? "the capability CAP_NET_ADMIN is present"
                : "the capability CAP_NET_ADMIN is missing (run as root, or grant it to the service)";
        String node = Files.exists(Path.of(CLONE_DEVICE))
                ? CLONE_DEVICE + " exists"
                : CLONE_DEVICE + " does not exist (load the module tun, or pass the device into the container)";
        return capability + ", " + node;
    }

    private static boolean hasNetAdmin() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(capabilities -> (capabilities >>> CAP_NET_ADMIN & 1) == 1);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Lets the kernel hand over and take TCP packets of up to 64 KB with a checksum yet to be filled in (TSO).
     *
     * @return whether it agreed
     */
    public boolean enableTcpOffload() {
        return offload(Abi.TUN_F_CSUM | Abi.TUN_F_TSO4 | Abi.TUN_F_TSO6);
    }

    /**
     * The same for TCP and UDP (USO, kernel 6.2 and later). When refused, what was in force before stays.
     *
     * @return whether it agreed
     */
    public boolean enableTcpAndUdpOffload() {
        return offload(Abi.TUN_F_CSUM | Abi.TUN_F_TSO4 | Abi.TUN_F_TSO6 | Abi.TUN_F_USO4 | Abi.TUN_F_USO6);
    }

    /** Back to whole packets with finished checksums. */
    public void disableOffloads() {
        offload(0);
    }

    private boolean offload(int flags) {
        return !real || Libc.ioctl(fd, Abi.TUNSETOFFLOAD, flags) == 0;
    }

    /** For the event loop; it stays this object's to close. */
    public int fd() {
        return fd;
    }

    /** The name the kernel gave it. */
    public String name() {
        return name;
    }

    /** Reads one packet with its virtio header into native memory; its length, or a negated error number. */
    public int read(long address, int length) {
        return (int) Libc.read(fd, address, length);
    }

    /**
     * Writes one packet with its virtio header, which lies in pieces.
     *
     * @param vectors address of {@code count} of the struct iovec, see {@link Vectors}
     * @return its length, or a negated error number
     */
    public int write(long vectors, int count) {
        return (int) Libc.writev(fd, vectors, count);
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}

package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A conversation with the kernel's routing tables (rtnetlink(7)): one request, and its acknowledgement or its answers. */
final class Netlink implements AutoCloseable {
    private static final int RECEIVE_BYTES = 1 << 16;

    private final int fd;

    /** One answer: its type and the bytes after the netlink header, in the machine's byte order. */
    record Answer(int type, ByteBuffer body) {}

    Netlink() throws LinuxException {
        fd = (int) LinuxException.check(
                Libc.socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, 0),
                "socket(AF_NETLINK)",
                "cannot ask the kernel");
    }

    /** Sends a request and waits for the kernel to say it has done it. */
    void change(NetlinkMessage request, String purpose) throws LinuxException {
        exchange(request, purpose);
    }

    /** Sends a dump request and collects the answers. */
    List<Answer> dump(NetlinkMessage request, String purpose) throws LinuxException {
        return exchange(request, purpose);
    }

    private List<Answer> exchange(NetlinkMessage request, String purpose) throws LinuxException {
        List<Answer> answers = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = request.finish();
            MemorySegment out = arena.allocateFrom(JAVA_BYTE, bytes);
            LinuxException.check(Libc.write(fd, out.address(), bytes.length), "write(netlink)", purpose);
            MemorySegment in = arena.allocate(RECEIVE_BYTES, Long.BYTES);
            boolean more = true;
            while (more) {
                long length =
                        LinuxException.check(Libc.read(fd, in.address(), RECEIVE_BYTES), "read(netlink)", purpose);
                more = collect(ByteBuffer.wrap(in.asSlice(0, length).toArray(JAVA_BYTE)), answers, purpose);
            }
        }
        return answers;
    }

    /** Takes the messages of one read apart; whether more are to come. */
    private static boolean collect(ByteBuffer read, List<Answer> answers, String purpose) throws LinuxException {
        read.order(ByteOrder.nativeOrder());
        while (read.remaining() >= Abi.NLMSGHDR_SIZE) {
            int start = read.position();
            int length = read.getInt(start);
            int type = Short.toUnsignedInt(read.getShort(start + 4));
            if (length < Abi.NLMSGHDR_SIZE || length > read.remaining()) {
                throw new IllegalStateException("the kernel answered a netlink message of " + length + " bytes");
            }
            ByteBuffer body = read.slice(start + Abi.NLMSGHDR_SIZE, length - Abi.NLMSGHDR_SIZE)
                    .order(ByteOrder.nativeOrder());
            if (type == Abi.NLMSG_DONE) {
                return false;
            }
            if (type == Abi.NLMSG_ERROR) {
                LinuxException.check(body.getInt(0), "netlink", purpose);
                return false;
            }
            answers.add(new Answer(type, body));
            read.position(Math.min(start + (length + 3 & ~3), read.limit()));
        }
        return true;
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}

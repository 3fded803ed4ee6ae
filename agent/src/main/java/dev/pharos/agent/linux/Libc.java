package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The C library's functions this agent calls. Each answers its result, or the negated error number when it failed.
 * Addresses are passed as longs: a call allocates nothing.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /** Where a call leaves errno; one per thread, as the calls of several threads overlap. */
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private static final FunctionDescriptor BUFFER_CALL =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor MESSAGES_CALL =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL = handle(
            "ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ = handle("read", BUFFER_CALL);
    private static final MethodHandle WRITE = handle("write", BUFFER_CALL);
    private static final MethodHandle READV =
            handle("readv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle WRITEV =
            handle("writev", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SOCKET =
            handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKETPAIR =
            handle("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle BIND =
            handle("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            handle("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SETSOCKOPT =
            handle("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            handle("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SENDMMSG = handle("sendmmsg", MESSAGES_CALL);
    private static final MethodHandle RECVMMSG =
            handle("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle UNSHARE = handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL =
            handle("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle IF_NAMETOINDEX =
            handle("if_nametoindex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOCK_GETTIME = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("clock_gettime"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.critical(false));
    private static final MethodHandle SIGNAL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("signal"), FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private Libc() {}

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = ERRNO;
        System.arraycopy(options, 0, all, 1, options.length);
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }

    static int open(long path, int flags) {
        try {
            return (int) result((int) OPEN.invokeExact(CAPTURED.get(), path, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(int fd) {
        try {
            return (int) result((int) CLOSE.invokeExact(CAPTURED.get(), fd));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int ioctl(int fd, long request, long argument) {
        try {
            return (int) result((int) IOCTL.invokeExact(CAPTURED.get(), fd, request, argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long read(int fd, long address, long length) {
        try {
            return result((long) READ.invokeExact(CAPTURED.get(), fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long write(int fd, long address, long length) {
        try {
            return result((long) WRITE.invokeExact(CAPTURED.get(), fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long readv(int fd, long vectors, int count) {
        try {
            return result((long) READV.invokeExact(CAPTURED.get(), fd, vectors, count));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long writev(int fd, long vectors, int count) {
        try {
            return result((long) WRITEV.invokeExact(CAPTURED.get(), fd, vectors, count));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int socket(int family, int type, int protocol) {
        try {
            return (int) result((int) SOCKET.invokeExact(CAPTURED.get(), family, type, protocol));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int socketpair(int family, int type, long pair) {
        try {
            return (int) result((int) SOCKETPAIR.invokeExact(CAPTURED.get(), family, type, 0, pair));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(int fd, long address, int length) {
        try {
            return (int) result((int) BIND.invokeExact(CAPTURED.get(), fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(int fd, long address, long length) {
        try {
            return (int) result((int) GETSOCKNAME.invokeExact(CAPTURED.get(), fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(int fd, int level, int name, long value, int length) {
        try {
            return (int) result((int) SETSOCKOPT.invokeExact(CAPTURED.get(), fd, level, name, value, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockopt(int fd, int level, int name, long value, long length) {
        try {
            return (int) result((int) GETSOCKOPT.invokeExact(CAPTURED.get(), fd, level, name, value, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int sendmmsg(int fd, long messages, int count) {
        try {
            return (int) result((int) SENDMMSG.invokeExact(CAPTURED.get(), fd, messages, count, 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int recvmmsg(int fd, long messages, int count) {
        try {
            return (int) result((int) RECVMMSG.invokeExact(CAPTURED.get(), fd, messages, count, 0, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int unshare(int flags) {
        try {
            return (int) result((int) UNSHARE.invokeExact(CAPTURED.get(), flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int poll(long descriptors, long count, int milliseconds) {
        try {
            return (int) result((int) POLL.invokeExact(CAPTURED.get(), descriptors, count, milliseconds));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** 0 is its failure; so it is answered as the negated error number too. */
    static int ifNameToIndex(long name) {
        try {
            int index = (int) IF_NAMETOINDEX.invokeExact(CAPTURED.get(), name);
            return index == 0 ? -errno() : index;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void clockGettime(int clock, long timespec) {
        try {
            int _ = (int) CLOCK_GETTIME.invokeExact(clock, timespec);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** SIG_DFL is 0. */
    static void signalDefault(int number) {
        try {
            long _ = (long) SIGNAL.invokeExact(number, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static String errorText(int errno) {
        try {
            return ((MemorySegment) STRERROR.invokeExact(errno))
                    .reinterpret(256)
                    .getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long result(long value) {
        return value < 0 ? -errno() : value;
    }

    private static int errno() {
        return CAPTURED.get().get(JAVA_INT, 0);
    }

    private static IllegalStateException unexpected(Throwable cause) {
        return new IllegalStateException("a downcall does not throw", cause);
    }
}

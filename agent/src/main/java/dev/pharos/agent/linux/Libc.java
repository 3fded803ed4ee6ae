package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * The C library's functions this agent calls. Each answers its result, or the negated error number when it failed.
 * Addresses are passed as longs: a call allocates nothing.
 *
 * <p>All are called in one shape, as it is shapes that take their time to link when the agent starts: numbers as longs and
 * sign-extended, which every Linux ABI takes for an int; six arguments whatever the function has, the rest zero in registers
 * that it does not look at; and the last argument of open and ioctl, which C does not declare, in the register in which the
 * ABIs of x86-64 and aarch64 expect it anyway.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(JAVA_LONG, Collections.nCopies(6, JAVA_LONG).toArray(MemoryLayout[]::new));

    /** Where a call leaves errno; one per thread, as the calls of several threads overlap. */
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private static final MethodHandle OPEN = handle("open");
    private static final MethodHandle CLOSE = handle("close");
    private static final MethodHandle IOCTL = handle("ioctl");
    private static final MethodHandle READ = handle("read");
    private static final MethodHandle WRITE = handle("write");
    private static final MethodHandle READV = handle("readv");
    private static final MethodHandle WRITEV = handle("writev");
    private static final MethodHandle SOCKET = handle("socket");
    private static final MethodHandle SOCKETPAIR = handle("socketpair");
    private static final MethodHandle BIND = handle("bind");
    private static final MethodHandle GETSOCKNAME = handle("getsockname");
    private static final MethodHandle SETSOCKOPT = handle("setsockopt");
    private static final MethodHandle GETSOCKOPT = handle("getsockopt");
    private static final MethodHandle SENDMMSG = handle("sendmmsg");
    private static final MethodHandle RECVMMSG = handle("recvmmsg");
    private static final MethodHandle UNSHARE = handle("unshare");
    private static final MethodHandle POLL = handle("poll");
    private static final MethodHandle IF_NAMETOINDEX = handle("if_nametoindex");
    private static final MethodHandle SIGNAL = handle("signal");
    private static final MethodHandle STRERROR = handle("strerror");
    private static final MethodHandle CLOCK_GETTIME = handle("clock_gettime");
    private static final MethodHandle MMAP = handle("mmap");
    private static final MethodHandle MUNMAP = handle("munmap");

    private Libc() {}

    private static MethodHandle handle(String name) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), SHAPE, ERRNO);
    }

    static int open(long path, int flags) {
        try {
            return intResult((long) OPEN.invokeExact(CAPTURED.get(), path, (long) flags, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(int fd) {
        try {
            return intResult((long) CLOSE.invokeExact(CAPTURED.get(), (long) fd, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int ioctl(int fd, long request, long argument) {
        try {
            return intResult((long) IOCTL.invokeExact(CAPTURED.get(), (long) fd, request, argument, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long read(int fd, long address, long length) {
        try {
            return result((long) READ.invokeExact(CAPTURED.get(), (long) fd, address, length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long write(int fd, long address, long length) {
        try {
            return result((long) WRITE.invokeExact(CAPTURED.get(), (long) fd, address, length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long readv(int fd, long vectors, int count) {
        try {
            return result((long) READV.invokeExact(CAPTURED.get(), (long) fd, vectors, (long) count, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long writev(int fd, long vectors, int count) {
        try {
            return result((long) WRITEV.invokeExact(CAPTURED.get(), (long) fd, vectors, (long) count, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int socket(int family, int type, int protocol) {
        try {
            return intResult(
                    (long) SOCKET.invokeExact(CAPTURED.get(), (long) family, (long) type, (long) protocol, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int socketpair(int family, int type, long pair) {
        try {
            return intResult(
                    (long) SOCKETPAIR.invokeExact(CAPTURED.get(), (long) family, (long) type, 0L, pair, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(int fd, long address, int length) {
        try {
            return intResult((long) BIND.invokeExact(CAPTURED.get(), (long) fd, address, (long) length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(int fd, long address, long length) {
        try {
            return intResult((long) GETSOCKNAME.invokeExact(CAPTURED.get(), (long) fd, address, length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(int fd, int level, int name, long value, int length) {
        try {
            return intResult((long) SETSOCKOPT.invokeExact(
                    CAPTURED.get(), (long) fd, (long) level, (long) name, value, (long) length, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockopt(int fd, int level, int name, long value, long length) {
        try {
            return intResult((long)
                    GETSOCKOPT.invokeExact(CAPTURED.get(), (long) fd, (long) level, (long) name, value, length, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int sendmmsg(int fd, long messages, int count) {
        try {
            return intResult(
                    (long) SENDMMSG.invokeExact(CAPTURED.get(), (long) fd, messages, (long) count, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int recvmmsg(int fd, long messages, int count) {
        try {
            return intResult(
                    (long) RECVMMSG.invokeExact(CAPTURED.get(), (long) fd, messages, (long) count, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int unshare(int flags) {
        try {
            return intResult((long) UNSHARE.invokeExact(CAPTURED.get(), (long) flags, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int poll(long descriptors, long count, int milliseconds) {
        try {
            return intResult(
                    (long) POLL.invokeExact(CAPTURED.get(), descriptors, count, (long) milliseconds, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** 0 is its failure; so it is answered as the negated error number too. */
    static int ifNameToIndex(long name) {
        try {
            int index = (int) (long) IF_NAMETOINDEX.invokeExact(CAPTURED.get(), name, 0L, 0L, 0L, 0L, 0L);
            return index == 0 ? -errno() : index;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void clockGettime(int clock, long timespec) {
        try {
            long _ = (long) CLOCK_GETTIME.invokeExact(CAPTURED.get(), (long) clock, timespec, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** New memory, wherever there is room. */
    static long mmap(long length, int protection, int flags) {
        try {
            return result(
                    (long) MMAP.invokeExact(CAPTURED.get(), 0L, length, (long) protection, (long) flags, -1L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int munmap(long address, long length) {
        try {
            return intResult((long) MUNMAP.invokeExact(CAPTURED.get(), address, length, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** SIG_DFL is 0. */
    static void signalDefault(int number) {
        try {
            long _ = (long) SIGNAL.invokeExact(CAPTURED.get(), (long) number, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static String errorText(int errno) {
        try {
            return MemorySegment.ofAddress(
                            (long) STRERROR.invokeExact(CAPTURED.get(), (long) errno, 0L, 0L, 0L, 0L, 0L))
                    .reinterpret(256)
                    .getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long result(long value) {
        return value < 0 ? -errno() : value;
    }

    /** Of what answers an int, only the lower half of the register is said to mean anything. */
    private static int intResult(long value) {
        int answer = (int) value;
        return answer < 0 ? -errno() : answer;
    }

    private static int errno() {
        return CAPTURED.get().get(JAVA_INT, 0);
    }

    private static IllegalStateException unexpected(Throwable cause) {
        return new IllegalStateException("a downcall does not throw", cause);
    }
}

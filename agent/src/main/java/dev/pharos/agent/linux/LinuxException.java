package dev.pharos.agent.linux;

import java.io.IOException;

/** A system call that failed: the message names the call, what it was for, and libc's text for the error number. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    LinuxException(String call, int errno, String purpose) {
        super(purpose + ": " + call + " failed: " + Errno.text(errno) + " (errno " + errno + ")");
        this.call = call;
        this.errno = errno;
    }

    /** The system call, such as {@code ioctl(TUNSETIFF)}. */
    public String call() {
        return call;
    }

    /** One of {@link Errno}, or another of the kernel's numbers. */
    public int errno() {
        return errno;
    }

    /** The result of a call of {@link Libc}, or the exception when it is negative. */
    static long check(long result, String call, String purpose) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(call, (int) -result, purpose);
        }
        return result;
    }
}

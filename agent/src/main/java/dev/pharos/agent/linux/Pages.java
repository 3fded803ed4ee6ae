package dev.pharos.agent.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of which a page takes room only once something was written to it. An arena's own allocation writes zeros first, so
 * that all of a buffer is resident in a host that rests and uses a few kilobytes of it.
 */
public final class Pages {
    private static final int PROTECTION = Abi.PROT_READ | Abi.PROT_WRITE;
    private static final int FLAGS = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS;

    private Pages() {}

    /**
     * Zeros, aligned to a page, that last as long as the arena.
     *
     * @throws OutOfMemoryError when the kernel has no more, as an arena does
     */
    public static MemorySegment allocate(Arena arena, long bytes) {
        long address = Libc.mmap(bytes, PROTECTION, FLAGS);
        if (address < 0) {
            throw new OutOfMemoryError(
                    "cannot map " + bytes + " bytes of memory: " + Errno.text(Math.toIntExact(-address)));
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, Pages::free);
    }

    private static void free(MemorySegment memory) {
        int result = Libc.munmap(memory.address(), memory.byteSize());
        if (result < 0) {
            throw new IllegalStateException("the kernel does not take back what it mapped: " + Errno.text(-result));
        }
    }
}

package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The classic BPF program (linux/filter.h, SO_ATTACH_REUSEPORT_CBPF) that picks the socket for a datagram among those of one
 * port: by the low bits of the index in its header (facts, nebula-protocol 2), which name the event loop. A datagram too short
 * for a header, and the first message of a handshake, whose index is 0, come to socket 0; a number that no socket has leaves
 * the choice to the kernel.
 */
final class Steering {
    /** Where the index lies in a datagram, big endian as BPF loads it. */
    private static final int INDEX = 4;

    private static final short LOAD_WORD = 0x20;
    private static final short AND = 0x54;
    private static final short RETURN_ACCUMULATOR = 0x16;
    private static final int INSTRUCTION = 8;
    private static final int INSTRUCTIONS = 3;

    private Steering() {}

    /** An array of struct sock_filter: code u16, jt u8, jf u8, k u32 each. */
    static MemorySegment program(Arena arena, int indexMask) {
        MemorySegment program = arena.allocate((long) INSTRUCTIONS * INSTRUCTION, Long.BYTES);
        instruction(program, 0, LOAD_WORD, INDEX);
        instruction(program, 1, AND, indexMask);
        instruction(program, 2, RETURN_ACCUMULATOR, 0);
        return program;
    }

    private static void instruction(MemorySegment program, int i, short code, int operand) {
        long at = (long) i * INSTRUCTION;
        program.set(JAVA_SHORT, at, code);
        program.set(JAVA_BYTE, at + 2, (byte) 0);
        program.set(JAVA_BYTE, at + 3, (byte) 0);
        program.set(JAVA_INT, at + 4, operand);
    }

    /** Gives the group that the socket is in the program. */
    static void attach(int fd, int indexMask) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(Abi.SOCK_FPROG_SIZE, Long.BYTES);
            header.set(JAVA_SHORT, 0, (short) INSTRUCTIONS);
            header.set(
                    JAVA_LONG, Abi.SOCK_FPROG_FILTER, program(arena, indexMask).address());
            LinuxException.check(
                    Libc.setsockopt(
                            fd, Abi.SOL_SOCKET, Abi.SO_ATTACH_REUSEPORT_CBPF, header.address(), Abi.SOCK_FPROG_SIZE),
                    "setsockopt(SO_ATTACH_REUSEPORT_CBPF)",
                    "cannot steer datagrams to event loops");
        }
    }
}

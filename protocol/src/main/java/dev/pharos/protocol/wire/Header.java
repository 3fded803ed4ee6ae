package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The first 16 bytes of every packet, big endian (facts, nebula-protocol 1):
 *
 * <pre>
 *  0  version (4 bits, 1) and type (4 bits)
 *  1  subtype
 *  2  reserved, sent as 0, authenticated but otherwise ignored
 *  4  the receiver's index of the tunnel or, for relayed packets, of the relay
 *  8  counter, which is the nonce of the encryption
 * </pre>
 *
 * The static methods are for the byte path; they expect that {@link #LENGTH} bytes are there.
 *
 * @param remoteIndex 0 in the first handshake message
 */
public record Header(PacketType type, int remoteIndex, long counter) {
    /** Bytes of a header. */
    public static final int LENGTH = 16;

    private static final int VERSION = 1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /**
     * Reads a header.
     *
     * @throws MalformedException when there are fewer than 16 bytes, or version, type and subtype are none of ours
     */
    public static Header parse(byte[] packet, int offset, int length) throws MalformedException {
        if (length < LENGTH) {
            throw new MalformedException("packet shorter than a header");
        }
        PacketType type = type(packet, offset);
        if (type == PacketType.INVALID) {
            throw new MalformedException("packet with unknown version, type or subtype");
        }
        return new Header(type, remoteIndex(packet, offset), counter(packet, offset));
    }

    /** {@link PacketType#INVALID} also for another version than 1. */
    public static PacketType type(byte[] packet, int offset) {
        return type(packet[offset], packet[offset + 1]);
    }

    /** The type of a packet that begins with these two bytes. */
    public static PacketType type(byte first, byte second) {
        return (first & 0xf0) == VERSION << 4 ? PacketType.of(first & 0xf, second & 0xff) : PacketType.INVALID;
    }

    public static int remoteIndex(byte[] packet, int offset) {
        return (int) INT.get(packet, offset + 4);
    }

    /** The counter, to be read as unsigned. */
    public static long counter(byte[] packet, int offset) {
        return (long) LONG.get(packet, offset + 8);
    }

    public static void write(byte[] packet, int offset, PacketType type, int remoteIndex, long counter) {
        INT.set(packet, offset, firstWord(type));
        INT.set(packet, offset + 4, remoteIndex);
        LONG.set(packet, offset + 8, counter);
    }

    /** The first four bytes of a packet of that type, as a big-endian number. */
    public static int firstWord(PacketType type) {
        if (type == PacketType.INVALID) {
            throw new IllegalArgumentException("an invalid type cannot be sent");
        }
        return VERSION << 28 | type.type() << 24 | type.subtype() << 16;
    }

    /** Writes this header's {@link #LENGTH} bytes at {@code offset}. */
    public void write(byte[] packet, int offset) {
        write(packet, offset, type, remoteIndex, counter);
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[LENGTH];
        write(bytes, 0);
        return bytes;
    }
}

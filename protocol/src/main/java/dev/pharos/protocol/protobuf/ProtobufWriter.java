package dev.pharos.protocol.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the fields of one message in the order of the calls. Single fields that hold proto3's default (0, false, empty)
 * are left out, as every Nebula implementation leaves them out; elements of repeated fields and messages are always
 * written. Canonical output is the caller's: ascending field numbers.
 */
public final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private byte[] buffer = new byte[64];
    private int size;

    /** uint64 and int64. */
    public ProtobufWriter varint(int field, long value) {
        if (value != 0) {
            putVarint((long) field << 3 | VARINT);
            putVarint(value);
        }
        return this;
    }

    /** uint32 held in the bits of an int. */
    public ProtobufWriter uint32(int field, int value) {
        return varint(field, Integer.toUnsignedLong(value));
    }

    public ProtobufWriter bool(int field, boolean value) {
        return varint(field, value ? 1 : 0);
    }

    /** A single bytes field. */
    public ProtobufWriter bytes(int field, byte[] value) {
        return value.length == 0 ? this : element(field, value);
    }

    /** A single string field. */
    public ProtobufWriter string(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** One element of a repeated string or bytes field: written even when empty. */
    public ProtobufWriter element(int field, byte[] value) {
        putVarint((long) field << 3 | LENGTH_DELIMITED);
        putVarint(value.length);
        put(value, value.length);
        return this;
    }

    /** One element of a repeated string field: written even when empty. */
    public ProtobufWriter element(int field, String value) {
        return element(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A message that is present: written even when empty. */
    public ProtobufWriter message(int field, ProtobufWriter message) {
        putVarint((long) field << 3 | LENGTH_DELIMITED);
        putVarint(message.size);
        put(message.buffer, message.size);
        return this;
    }

    /** A repeated uint32 in packed form; left out when there is none. */
    public ProtobufWriter packedUint32(int field, int... values) {
        if (values.length == 0) {
            return this;
        }
        var packed = new ProtobufWriter();
        for (int value : values) {
            packed.putVarint(Integer.toUnsignedLong(value));
        }
        return message(field, packed);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    private void putVarint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    private void put(byte[] bytes, int length) {
        reserve(length);
        System.arraycopy(bytes, 0, buffer, size, length);
        size += length;
    }

    private void reserve(int bytes) {
        if (buffer.length - size < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
        }
    }
}

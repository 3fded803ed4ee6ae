package dev.pharos.protocol.protobuf;

import dev.pharos.protocol.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Walks the fields of one message in the order in which they come. A field whose value is not asked for is skipped, so
 * unknown fields cost nothing; asking for a value of another wire type than the one present is an error. Assigning in a
 * loop gives protocol buffers' "the last one wins".
 *
 * <pre>{@code
 * var reader = new ProtobufReader(bytes);
 * while (reader.next()) {
 *     switch (reader.field()) {
 *         case 1 -> name = reader.string();
 *         case 2 -> index = reader.uint32();
 *         default -> {}
 *     }
 * }
 * }</pre>
 *
 * Nothing is allocated beyond copies of what the input holds. Groups (wire types 3 and 4) are refused: no Nebula message
 * has any.
 */
public final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final byte[] buffer;
    private final int end;
    private int position;
    private int field;
    private int wireType;
    private boolean valuePending;

    public ProtobufReader(byte[] message) {
        this(message, 0, message.length);
    }

    /** Reads {@code length} bytes from {@code offset}; the array is not copied and must not change meanwhile. */
    public ProtobufReader(byte[] buffer, int offset, int length) {
        this.buffer = buffer;
        this.position = offset;
        this.end = offset + length;
    }

    /** Goes to the next field, past the value of the current one if nobody asked for it; false at the end. */
    public boolean next() throws MalformedException {
        if (valuePending) {
            skip();
        }
        if (position == end) {
            return false;
        }
        long tag = readVarint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw new MalformedException("protobuf: field number out of range");
        }
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        valuePending = true;
        return true;
    }

    /** Number of the current field. */
    public int field() {
        return field;
    }

    /** The current field as a varint of up to 64 bits: uint64, int64. */
    public long varint() throws MalformedException {
        expect(VARINT);
        return readVarint();
    }

    /** The current field as uint32 in the bits of an int. */
    public int uint32() throws MalformedException {
        expect(VARINT);
        return readUint32();
    }

    public boolean bool() throws MalformedException {
        return varint() != 0;
    }

    /** A copy of the current field's bytes. */
    public byte[] bytes() throws MalformedException {
        int length = enter();
        byte[] copy = Arrays.copyOfRange(buffer, position, position + length);
        position += length;
        return copy;
    }

    /** The current field as text; bytes that are not UTF-8 are malformed. */
    public String string() throws MalformedException {
        int length = enter();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, position, length))
                    .toString();
            position += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedException("protobuf: field " + field + " is not UTF-8", e);
        }
    }

    /** The current field as a message of its own, read from the same array. */
    public ProtobufReader message() throws MalformedException {
        int length = enter();
        var inner = new ProtobufReader(buffer, position, length);
        position += length;
        return inner;
    }

    /** The current field of a repeated uint32, packed or not; call it for each occurrence. */
    public void uint32s(IntConsumer each) throws MalformedException {
        if (wireType == VARINT) {
            each.accept(uint32());
            return;
        }
        ProtobufReader packed = message();
        while (packed.position < packed.end) {
            each.accept(packed.readUint32());
        }
    }

    private void expect(int type) throws MalformedException {
        if (!valuePending) {
            throw new IllegalStateException("the value of field " + field + " was already read");
        }
        if (wireType != type) {
            throw new MalformedException("protobuf: field " + field + " has wire type " + wireType + ", not " + type);
        }
        valuePending = false;
    }

    private int enter() throws MalformedException {
        expect(LENGTH_DELIMITED);
        return readLength();
    }

    private void skip() throws MalformedException {
        valuePending = false;
        switch (wireType) {
            case VARINT -> readVarint();
            case FIXED64 -> advance(8);
            case LENGTH_DELIMITED -> advance(readLength());
            case FIXED32 -> advance(4);
            default -> throw new MalformedException("protobuf: field " + field + " has unknown wire type " + wireType);
        }
    }

    private void advance(int bytes) throws MalformedException {
        if (bytes > end - position) {
            throw truncated();
        }
        position += bytes;
    }

    private int readLength() throws MalformedException {
        long length = readVarint();
        if (length < 0 || length > end - position) {
            throw truncated();
        }
        return (int) length;
    }

    private int readUint32() throws MalformedException {
        long value = readVarint();
        if (value >>> 32 != 0) {
            throw new MalformedException("protobuf: field " + field + " does not fit 32 bits");
        }
        return (int) value;
    }

    private long readVarint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw truncated();
            }
            byte next = buffer[position++];
            if (shift == 63 && (next & 0xfe) != 0) {
                break;
            }
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("protobuf: varint longer than 64 bits");
    }

    private static MalformedException truncated() {
        return new MalformedException("protobuf: message ends inside a field");
    }
}

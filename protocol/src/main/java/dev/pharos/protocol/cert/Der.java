package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** As much of DER as version 2 certificates and ECDSA signatures need: one-byte tags, definite lengths in their shortest form. */
final class Der {
    private Der() {}

    static byte[] element(int tag, byte[]... content) {
        int length = 0;
        for (byte[] piece : content) {
            length += piece.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] size = BigInteger.valueOf(length).toByteArray();
            int skip = size[0] == 0 ? 1 : 0;
            out.write(0x80 | (size.length - skip));
            out.write(size, skip, size.length - skip);
        }
        for (byte[] piece : content) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    /** INTEGER content under any tag: the shortest two's complement. */
    static byte[] integer(int tag, long value) {
        return element(tag, BigInteger.valueOf(value).toByteArray());
    }

    /** Walks the elements of one level. */
    static final class Reader {
        private final byte[] bytes;
        private int position;
        private final int end;

        Reader(byte[] bytes) {
            this(bytes, 0, bytes.length);
        }

        private Reader(byte[] bytes, int position, int end) {
            this.bytes = bytes;
            this.position = position;
            this.end = end;
        }

        boolean atEnd() {
            return position == end;
        }

        boolean nextIs(int tag) {
            return position < end && (bytes[position] & 255) == tag;
        }

        /** The content of the next element, which must have this tag. */
        Reader enter(int tag) throws MalformedException {
            if (!nextIs(tag)) {
                throw new MalformedException("DER: expected an element 0x" + Integer.toHexString(tag));
            }
            position++;
            int length = length();
            if (length > end - position) {
                throw truncated();
            }
            Reader content = new Reader(bytes, position, position + length);
            position += length;
            return content;
        }

        /** The next element with its tag and length. */
        byte[] whole(int tag) throws MalformedException {
            int start = position;
            enter(tag);
            return Arrays.copyOfRange(bytes, start, position);
        }

        byte[] content(int tag) throws MalformedException {
            Reader content = enter(tag);
            return Arrays.copyOfRange(bytes, content.position, content.end);
        }

        String text(int tag) throws MalformedException {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(content(tag)))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new MalformedException("DER: text that is not UTF-8", e);
            }
        }

        long integer(int tag) throws MalformedException {
            byte[] content = content(tag);
            if (content.length == 0 || content.length > 8) {
                throw new MalformedException("DER: not an integer of 64 bits");
            }
            BigInteger value = new BigInteger(content);
            if (value.toByteArray().length != content.length) {
                throw new MalformedException("DER: an integer that is not in its shortest form");
            }
            return value.longValueExact();
        }

        private int length() throws MalformedException {
            int first = next();
            if (first < 0x80) {
                return first;
            }
            int count = first & 0x7f;
            if (count == 0 || count > 3) {
                throw new MalformedException("DER: an element of impossible length");
            }
            int length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | next();
            }
            if (length < 0x80 || length >>> (8 * (count - 1)) == 0) {
                throw new MalformedException("DER: a length that is not in its shortest form");
            }
            return length;
        }

        private int next() throws MalformedException {
            if (position == end) {
                throw truncated();
            }
            return bytes[position++] & 255;
        }

        private static MalformedException truncated() {
            return new MalformedException("DER: ends inside an element");
        }
    }
}

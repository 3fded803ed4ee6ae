package dev.pharos.protocol.noise;

import dev.pharos.protocol.MalformedException;
import java.util.Arrays;

/** Takes a handshake message apart from front to back. */
final class HandshakeReader {
    private final byte[] buffer;
    private final int end;
    private int position;

    HandshakeReader(byte[] buffer, int offset, int length) {
        this.buffer = buffer;
        this.position = offset;
        this.end = offset + length;
    }

    byte[] take(int length) throws MalformedException {
        if (length > end - position) {
            throw new MalformedException("handshake: message too short");
        }
        byte[] part = Arrays.copyOfRange(buffer, position, position + length);
        position += length;
        return part;
    }

    byte[] rest() {
        byte[] part = Arrays.copyOfRange(buffer, position, end);
        position = end;
        return part;
    }
}

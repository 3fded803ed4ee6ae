package dev.pharos.agent.mesh;

import java.util.Arrays;

/**
 * A first message that we answered, and the answer, which is given again word for word should the message come again.
 * Both are empty for a handshake of our own.
 */
final class Answered {
    static final Answered NONE = new Answered(new byte[0], new byte[0]);

    private final byte[] stage1;
    private final byte[] stage2;

    /**
     * @param stage1 without header
     * @param stage2 the whole packet
     */
    Answered(byte[] stage1, byte[] stage2) {
        this.stage1 = stage1;
        this.stage2 = stage2;
    }

    boolean isNone() {
        return stage1.length == 0;
    }

    boolean isTo(byte[] message) {
        return Arrays.equals(stage1, message);
    }

    byte[] stage1() {
        return stage1;
    }

    byte[] stage2() {
        return stage2;
    }
}

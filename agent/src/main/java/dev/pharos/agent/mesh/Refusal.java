package dev.pharos.agent.mesh;

import java.io.Serial;

/** A handshake message is not accepted; the message says why. */
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
        super(reason);
    }
}

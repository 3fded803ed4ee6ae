package dev.pharos.protocol;

import java.util.Objects;

/**
 * The one failure of every parser in this library: bytes that are not what they claim to be. The message says what was
 * expected and where; it never contains the bytes themselves, which may be secret.
 */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}

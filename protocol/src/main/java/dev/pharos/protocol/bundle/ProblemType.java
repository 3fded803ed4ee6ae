package dev.pharos.protocol.bundle;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The problems that the agent API answers with, by name. A host keeps running whichever it gets. */
public enum ProblemType {
    TOKEN_INVALID,
    TOKEN_EXPIRED,
    TOKEN_USED_UP,
    NAME_TAKEN,
    ADDRESS_TAKEN,
    HOST_BLOCKED,
    HOST_UNKNOWN,
    /** The host has not been approved yet; it may wait for its bundle and do nothing else. */
    HOST_PENDING,
    /** The signature is missing, wrong, or its nonce or time not accepted; worth signing again once. */
    SIGNATURE,
    /** The control plane has forgotten the bundle that the host enforces, and asks to be shown it. */
    SHOW_BUNDLE,
    MALFORMED,
    NOT_FOUND;

    private static final String PREFIX = "urn:pharos:problem:";

    /** {@code urn:pharos:problem:token-invalid}. */
    public String urn() {
        return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty for a type that a newer server knows and this program does not. */
    public static Optional<ProblemType> ofUrn(String urn) {
        return Arrays.stream(values()).filter(type -> type.urn().equals(urn)).findFirst();
    }
}

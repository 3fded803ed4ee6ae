package dev.pharos.protocol.bundle;

import java.util.Optional;

/**
 * An RFC 9457 problem of the agent API.
 *
 * @param type a URN; {@link #knownType()} says which
 * @param title for people, the same for each type
 * @param status the HTTP status again
 * @param detail for people, about this occurrence
 */
public record Problem(String type, String title, int status, Optional<String> detail, Optional<String> requestId) {
    /** Media type of its JSON. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Optional<ProblemType> knownType() {
        return ProblemType.ofUrn(type);
    }
}

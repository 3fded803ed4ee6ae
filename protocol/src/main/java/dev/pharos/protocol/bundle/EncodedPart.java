package dev.pharos.protocol.bundle;

import java.util.List;

/**
 * A part's bytes and their digest.
 *
 * @param critical the critical fields that are in it, as manifests name them
 */
public record EncodedPart(Digest digest, Binary bytes, List<String> critical) {
    public EncodedPart {
        critical = List.copyOf(critical);
        if (!Digest.of(bytes.toBytes()).equals(digest)) {
            throw new IllegalArgumentException("part " + digest + " has other bytes");
        }
    }
}

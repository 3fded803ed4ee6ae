package dev.pharos.protocol.bundle;

/** A part's bytes and their digest. */
public record EncodedPart(Digest digest, Binary bytes) {
    public EncodedPart {
        if (!Digest.of(bytes.toBytes()).equals(digest)) {
            throw new IllegalArgumentException("part " + digest + " has other bytes");
        }
    }

    public static EncodedPart of(byte[] bytes) {
        return new EncodedPart(Digest.of(bytes), Binary.of(bytes));
    }
}

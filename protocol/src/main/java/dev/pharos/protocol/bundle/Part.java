package dev.pharos.protocol.bundle;

/** A JSON document of a bundle, known by the SHA-256 of its bytes and shared between the hosts for which it is equal. */
public sealed interface Part permits NamesPart, OwnPart, TopologyPart, TrustPart {
    /** The bytes; the same for equal parts, so whoever fills the lists puts them in an order of their own. */
    default EncodedPart encode() {
        byte[] json = ControlJson.write(this);
        return new EncodedPart(Digest.of(json), Binary.of(json), CriticalFields.in(this));
    }
}

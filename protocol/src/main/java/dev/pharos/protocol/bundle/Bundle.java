package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.util.Map;
import java.util.Optional;

/** A manifest with all its parts: everything that a host enforces. */
public record Bundle(
        Manifest manifest, RevisionId revision, OwnPart own, TrustPart trust, TopologyPart topology, NamesPart names) {

    /** Where the bytes of a part are; empty when they are not there. */
    public interface PartSource {
        Optional<Binary> find(Digest digest);

        static PartSource of(Map<Digest, Binary> parts) {
            return digest -> Optional.ofNullable(parts.get(digest));
        }
    }

    /**
     * Puts an accepted manifest and its parts together.
     *
     * @throws MalformedException when a part is missing, has not the digest that the manifest names, is longer than
     *     {@link ControlJson#MAX_PART_BYTES} or not what it should be
     */
    public static Bundle assemble(BundleVerdict.Accepted accepted, PartSource parts) throws MalformedException {
        PartDigests digests = accepted.manifest().parts();
        return new Bundle(
                accepted.manifest(),
                accepted.revision(),
                read(OwnPart.class, digests.own(), parts),
                read(TrustPart.class, digests.trust(), parts),
                read(TopologyPart.class, digests.topology(), parts),
                read(NamesPart.class, digests.names(), parts));
    }

    private static <T extends Part> T read(Class<T> type, Digest digest, PartSource parts) throws MalformedException {
        byte[] bytes = parts.find(digest)
                .orElseThrow(() -> new MalformedException(type.getSimpleName() + ": part " + digest + " is missing"))
                .toBytes();
        if (!Digest.of(bytes).equals(digest)) {
            throw new MalformedException(type.getSimpleName() + ": its bytes are not part " + digest);
        }
        return ControlJson.read(type, bytes, ControlJson.MAX_PART_BYTES);
    }
}

package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a bundle consists of and for whom it is.
 *
 * @param schema rises only when old agents must not read the rest
 * @param critical fields of parts that an agent has to know ({@code own.egress}), or else keep the bundle it has
 * @param successorKey the key that may sign the next bundles, while the bundle key is being replaced
 */
public record Manifest(
        int schema,
        String network,
        String host,
        Revision revision,
        Instant issuedAt,
        PartDigests parts,
        List<String> critical,
        Optional<SigningPublicKey> successorKey) {
    /** The only schema there is. */
    public static final int SCHEMA = 1;

    public Manifest {
        critical = List.copyOf(critical);
    }

    /**
     * Reads what an envelope holds; only what a pinned key signed is worth reading.
     *
     * @throws MalformedException when the bytes are no manifest; a schema that is not known is no reason
     */
    public static Manifest parse(byte[] json) throws MalformedException {
        return ControlJson.read(Manifest.class, json, ControlJson.MAX_ENVELOPE_BYTES);
    }

    /** The bytes that are signed; the same for equal manifests. */
    public byte[] encode() {
        return ControlJson.write(this);
    }
}

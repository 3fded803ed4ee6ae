package dev.pharos.protocol.bundle;

import java.util.List;

/** The parts of a bundle, by the SHA-256 of their bytes. */
public record PartDigests(Digest own, Digest trust, Digest topology, Digest names) {
    public List<Digest> all() {
        return List.of(own, trust, topology, names);
    }
}

package dev.pharos.protocol.bundle;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The host's first bundle, whole: the answer to an {@link EnrollmentRequest}. */
public record EnrollmentAnswer(Envelope envelope, Map<Digest, Binary> parts) {
    public EnrollmentAnswer {
        parts = Collections.unmodifiableMap(new TreeMap<>(parts));
    }
}

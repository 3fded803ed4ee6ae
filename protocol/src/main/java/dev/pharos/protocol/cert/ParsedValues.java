package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Values that both certificate formats hold and that not every encoding of them is. */
final class ParsedValues {
    private ParsedValues() {}

    static Instant instant(long epochSecond) throws MalformedException {
        try {
            return Instant.ofEpochSecond(epochSecond);
        } catch (DateTimeException e) {
            throw new MalformedException("certificate: a time beyond all calendars", e);
        }
    }

    /** Empty bytes mean that there is none. */
    static Optional<Fingerprint> issuer(byte[] bytes) throws MalformedException {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        if (bytes.length != 32) {
            throw new MalformedException("certificate: an issuer of " + bytes.length + " bytes, not 32");
        }
        return Optional.of(Fingerprint.of(bytes));
    }
}

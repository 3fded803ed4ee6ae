package dev.pharos.protocol.bundle;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.cert.Certificate;
import java.util.List;

/** Whose certificates a host accepts: authorities, and host certificates that are refused all the same. */
public record TrustPart(List<Certificate> authorities, List<Fingerprint> blocklist) implements Part {
    public TrustPart {
        authorities = List.copyOf(authorities);
        blocklist = List.copyOf(blocklist);
    }
}

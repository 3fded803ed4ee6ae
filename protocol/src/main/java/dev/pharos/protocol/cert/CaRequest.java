package dev.pharos.protocol.cert;

import dev.pharos.protocol.VpnPrefix;
import java.time.Instant;
import java.util.List;

/**
 * What an authority's own certificate shall say. The three lists are what it may sign; an empty one means anything.
 *
 * @param notBefore anything below a second is cut off
 * @param notAfter anything below a second is cut off
 */
public record CaRequest(
        CertificateVersion version,
        String name,
        List<VpnPrefix> networks,
        List<VpnPrefix> unsafeNetworks,
        List<String> groups,
        Instant notBefore,
        Instant notAfter) {
    public CaRequest {
        networks = List.copyOf(networks);
        unsafeNetworks = List.copyOf(unsafeNetworks);
        groups = List.copyOf(groups);
    }

    /** An authority that may sign anything. */
    public static CaRequest unconstrained(
            CertificateVersion version, String name, Instant notBefore, Instant notAfter) {
        return new CaRequest(version, name, List.of(), List.of(), List.of(), notBefore, notAfter);
    }
}

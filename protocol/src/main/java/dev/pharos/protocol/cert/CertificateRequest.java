package dev.pharos.protocol.cert;

import dev.pharos.protocol.VpnPrefix;
import java.time.Instant;
import java.util.List;

/**
 * What a host's certificate shall say; {@link CertificateSigner} adds the issuer and the signature. The authority's
 * version need not be the host's.
 *
 * @param networks V1: in this order, the first being the primary one; V2: written sorted
 * @param notBefore anything below a second is cut off
 * @param notAfter anything below a second is cut off
 */
public record CertificateRequest(
        CertificateVersion version,
        String name,
        List<VpnPrefix> networks,
        List<VpnPrefix> unsafeNetworks,
        List<String> groups,
        Instant notBefore,
        Instant notAfter,
        PublicKey publicKey) {
    public CertificateRequest {
        networks = List.copyOf(networks);
        unsafeNetworks = List.copyOf(unsafeNetworks);
        groups = List.copyOf(groups);
    }
}

package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnPrefix;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What a certificate says, whatever its version. For a host, networks are its own addresses with their prefix length, and
 * the first one is its primary; for an authority (isCa) all three lists are what it may sign, empty meaning anything.
 *
 * @param unsafeNetworks ranges behind the host that it may route for
 * @param notBefore whole seconds, inclusive
 * @param notAfter whole seconds, inclusive
 * @param issuer the authority's fingerprint; empty in an authority's own certificate
 */
public record CertificateDetails(
        String name,
        List<VpnPrefix> networks,
        List<VpnPrefix> unsafeNetworks,
        List<String> groups,
        boolean isCa,
        Instant notBefore,
        Instant notAfter,
        Optional<Fingerprint> issuer) {
    public CertificateDetails {
        networks = List.copyOf(networks);
        unsafeNetworks = List.copyOf(unsafeNetworks);
        groups = List.copyOf(groups);
        if (!isWholeSecond(notBefore) || !isWholeSecond(notAfter)) {
            throw new IllegalArgumentException("a certificate's times are whole seconds");
        }
    }

    private static boolean isWholeSecond(Instant time) {
        return time.equals(time.truncatedTo(ChronoUnit.SECONDS));
    }
}

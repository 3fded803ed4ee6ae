package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnPrefix;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Makes certificates: an authority's own, and those of hosts that it signs. Signs nothing that a pool would reject. */
public final class CertificateSigner {
    private final Certificate authority;
    private final CaKey key;

    private CertificateSigner(Certificate authority, CaKey key) {
        this.authority = authority;
        this.key = key;
    }

    /**
     * Signs with the key of an authority whose certificate is known.
     *
     * @throws IllegalArgumentException when the certificate is no authority's, or the key not its key
     */
    public static CertificateSigner of(Certificate authority, CaKey key) {
        if (!authority.isCa()) {
            throw new IllegalArgumentException(authority.name() + " is a host's certificate, not an authority's");
        }
        if (!authority.publicKey().equals(key.publicKey())) {
            throw new IllegalArgumentException("the key is not that of authority " + authority.name());
        }
        return new CertificateSigner(authority, key);
    }

    /**
     * An authority's certificate, signed by itself.
     *
     * @throws IllegalArgumentException when its version cannot say this; the message names what
     */
    public static Certificate selfSign(CaRequest request, CaKey key) {
        CertificateDetails details = new CertificateDetails(
                request.name(),
                ordered(request.version(), request.networks()),
                ordered(request.version(), request.unsafeNetworks()),
                request.groups(),
                true,
                request.notBefore().truncatedTo(ChronoUnit.SECONDS),
                request.notAfter().truncatedTo(ChronoUnit.SECONDS),
                Optional.empty());
        return sign(request.version(), details, key.publicKey(), key);
    }

    /**
     * A host's certificate.
     *
     * @throws IllegalArgumentException when its version cannot say this or the authority may not sign it; the message
     *     names what
     */
    public Certificate sign(CertificateRequest request) {
        if (request.publicKey().curve() != authority.curve()) {
            throw new IllegalArgumentException(
                    "the host's key is " + request.publicKey().curve() + ", its authority's " + authority.curve());
        }
        CertificateDetails details = new CertificateDetails(
                request.name(),
                ordered(request.version(), request.networks()),
                ordered(request.version(), request.unsafeNetworks()),
                request.groups(),
                false,
                request.notBefore().truncatedTo(ChronoUnit.SECONDS),
                request.notAfter().truncatedTo(ChronoUnit.SECONDS),
                Optional.<Fingerprint>of(authority.fingerprint()));
        refuse(CaConstraints.violation(authority.details(), details));
        return sign(request.version(), details, request.publicKey(), key);
    }

    public Certificate authority() {
        return authority;
    }

    private static Certificate sign(
            CertificateVersion version, CertificateDetails details, PublicKey publicKey, CaKey key) {
        if (details.notAfter().isBefore(details.notBefore())) {
            throw new IllegalArgumentException("the certificate would end before it begins");
        }
        Certificate certificate = switch (version) {
            case V1 -> {
                refuse(V1Format.problem(details));
                byte[] signed = V1Format.signedBytes(details, publicKey);
                yield new Certificate(version, details, publicKey, signed, key.sign(signed));
            }
            case V2 -> {
                refuse(V2Format.problem(details));
                byte[] raw = V2Format.details(details);
                byte[] signature = key.sign(V2Format.signedBytes(raw, publicKey));
                yield new Certificate(version, details, publicKey, raw, signature);
            }
        };
        if (certificate.encode().length > Certificate.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the certificate would be longer than " + Certificate.MAX_BYTES + " bytes; give it fewer groups");
        }
        return certificate;
    }

    private static List<VpnPrefix> ordered(CertificateVersion version, List<VpnPrefix> networks) {
        return switch (version) {
            case V1 -> networks;
            case V2 -> networks.stream().sorted().toList();
        };
    }

    private static void refuse(Optional<String> problem) {
        if (problem.isPresent()) {
            throw new IllegalArgumentException("not signed: " + problem.get());
        }
    }
}

package dev.pharos.protocol.cert;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A Nebula certificate, of a host or of an authority, as it was signed. Immutable; equal when its bytes are. Being parsed
 * says nothing about being trusted: that is {@link CaPool}'s to say.
 */
public final class Certificate {
    /** No longer certificate is read, in either version. */
    public static final int MAX_BYTES = 65536;

    private final CertificateVersion version;
    private final CertificateDetails details;
    private final PublicKey publicKey;
    /** V1: the serialised details with the key. V2: the details element as it was written. */
    private final byte[] rawDetails;

    private final byte[] signature;
    private final Fingerprint fingerprint;

    Certificate(
            CertificateVersion version,
            CertificateDetails details,
            PublicKey publicKey,
            byte[] rawDetails,
            byte[] signature) {
        this.version = version;
        this.details = details;
        this.publicKey = publicKey;
        this.rawDetails = rawDetails;
        this.signature = signature;
        this.fingerprint = fingerprintWith(signature);
    }

    /**
     * Reads a whole certificate (not PEM).
     *
     * @throws MalformedException when it is none, is longer than {@link #MAX_BYTES}, or is not in the one form that
     *     {@link #encode()} gives back
     */
    public static Certificate parse(CertificateVersion version, byte[] bytes) throws MalformedException {
        return switch (version) {
            case V1 -> V1Format.parse(bytes);
            case V2 -> V2Format.parse(bytes);
        };
    }

    /**
     * Reads the form without public key that travels in handshakes and puts the peer's Noise static key back.
     *
     * @throws MalformedException when it is none, holds a public key, or is of another curve
     */
    public static Certificate fromHandshake(
            CertificateVersion version, byte[] bytes, byte[] noiseStaticKey, Curve ownCurve) throws MalformedException {
        PublicKey key = PublicKey.of(ownCurve, noiseStaticKey);
        return switch (version) {
            case V1 -> V1Format.fromHandshake(bytes, key);
            case V2 -> V2Format.fromHandshake(bytes, key);
        };
    }

    /** The bytes it was parsed from. */
    public byte[] encode() {
        return switch (version) {
            case V1 -> V1Format.encode(details, publicKey, signature);
            case V2 -> V2Format.encode(rawDetails, publicKey, signature);
        };
    }

    /** The form for handshakes: without the public key, and in version 2 without the curve. */
    public byte[] handshakeEncoding() {
        return switch (version) {
            case V1 -> V1Format.handshakeEncoding(details, publicKey, signature);
            case V2 -> V2Format.handshakeEncoding(rawDetails, signature);
        };
    }

    public CertificateVersion version() {
        return version;
    }

    public CertificateDetails details() {
        return details;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public Curve curve() {
        return publicKey.curve();
    }

    public String name() {
        return details.name();
    }

    /** For a host, its addresses; the first is its primary one. */
    public List<VpnPrefix> networks() {
        return details.networks();
    }

    public List<VpnPrefix> unsafeNetworks() {
        return details.unsafeNetworks();
    }

    public List<String> groups() {
        return details.groups();
    }

    public boolean isCa() {
        return details.isCa();
    }

    public Instant notBefore() {
        return details.notBefore();
    }

    public Instant notAfter() {
        return details.notAfter();
    }

    /** The fingerprint of the authority that signed it; empty for an authority. */
    public Optional<Fingerprint> issuer() {
        return details.issuer();
    }

    /** A copy: 64 bytes of Ed25519, or an ECDSA signature in DER. */
    public byte[] signature() {
        return signature.clone();
    }

    /** SHA-256 of the V1 bytes; in V2 of details, curve, key and signature, which is not the hash of the DER. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /**
     * On P-256 the fingerprint it would have with the other, equally valid form of its signature (s and n - s). A block
     * list that holds either means this certificate. Empty on the other curve.
     */
    public Optional<Fingerprint> alternateFingerprint() {
        if (curve() != Curve.P256) {
            return Optional.empty();
        }
        return P256.alternate(signature).map(this::fingerprintWith);
    }

    /** Inclusive at both ends, as Nebula has it. */
    public boolean isValidAt(Instant now) {
        return !now.isBefore(details.notBefore()) && !now.isAfter(details.notAfter());
    }

    /** Whether this authority key made the signature. Costs a signature check. */
    public boolean isSignedBy(PublicKey authority) {
        return authority.curve() == curve() && Signatures.verify(authority, signedBytes(), signature);
    }

    private byte[] signedBytes() {
        return switch (version) {
            case V1 -> rawDetails;
            case V2 -> V2Format.signedBytes(rawDetails, publicKey);
        };
    }

    private Fingerprint fingerprintWith(byte[] anySignature) {
        return Fingerprint.of(
                switch (version) {
                    case V1 -> Sha256.of(V1Format.encode(details, publicKey, anySignature));
                    case V2 -> Sha256.of(signedBytes(), anySignature);
                });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate certificate
                && certificate.version == version
                && Arrays.equals(certificate.encode(), encode());
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode();
    }

    @Override
    public String toString() {
        return "certificate " + version + " of " + details.name() + " (" + fingerprint + ")";
    }
}

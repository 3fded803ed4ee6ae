package dev.pharos.protocol.cert;

import java.util.List;

/** The releases of stock Nebula from which on something about certificates is understood (facts, nebula-protocol 0). */
public enum NebulaRelease {
    /** Version 1 on curve 25519, CA keys in clear: everything from 1.6 on. */
    V1_6,
    /** P-256, and CA keys under a passphrase. */
    V1_7,
    /** Version 2: several addresses, IPv6 on the overlay. */
    V1_10;

    /** The oldest release that can use this certificate as its own, as a peer's, or as an authority's. */
    public static NebulaRelease oldestReading(Certificate certificate) {
        return switch (certificate.version()) {
            case V2 -> V1_10;
            case V1 ->
                switch (certificate.curve()) {
                    case P256 -> V1_7;
                    case CURVE25519 -> V1_6;
                };
        };
    }

    /** The certificates that this release can read; a file with any other keeps 1.6 and 1.9 from starting. */
    public List<Certificate> readable(List<Certificate> certificates) {
        return certificates.stream()
                .filter(certificate -> oldestReading(certificate).compareTo(this) <= 0)
                .toList();
    }
}

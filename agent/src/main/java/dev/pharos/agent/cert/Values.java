package dev.pharos.agent.cert;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import java.util.ArrayList;
import java.util.List;

/** What the options of several modes have in common. */
final class Values {
    /** {@code nebula-cert} with hardware keys is a build of its own; the one that distributions package has none. */
    static final String PKCS11 = "Not here: a key in a PKCS#11 token";

    private Values() {}

    /** @throws CertException when a key in hardware is asked for */
    static void refusePkcs11(Options options) throws CertException {
        if (!options.text("pkcs11").isEmpty()) {
            throw new CertException(
                    "-pkcs11 is not supported: Pharos keeps CA keys in files; leave it out, or use nebula-cert for it");
        }
    }

    static Curve curve(String name) throws CertException {
        return switch (name) {
            case "25519", "X25519", "Curve25519", "CURVE25519" -> Curve.CURVE25519;
            case "P256" -> Curve.P256;
            case String other -> throw new CertException("invalid curve: " + other);
        };
    }

    static CertificateVersion version(long number) throws CertException {
        if (number == 1) {
            return CertificateVersion.V1;
        }
        if (number == 2) {
            return CertificateVersion.V2;
        }
        throw new CertException.Usage("-version must be either 1 or 2");
    }

    /**
     * Prefixes with their host bits.
     *
     * @param option the option they come from
     */
    static List<VpnPrefix> prefixes(String option, List<String> texts) throws CertException {
        List<VpnPrefix> prefixes = new ArrayList<>();
        for (String text : texts) {
            try {
                prefixes.add(VpnPrefix.parse(text));
            } catch (MalformedException e) {
                throw invalid(option, text);
            }
        }
        return prefixes;
    }

    /** Version 1 knows IPv4 alone. */
    static void fit(CertificateVersion version, String option, List<VpnPrefix> prefixes) throws CertException {
        if (version == CertificateVersion.V1) {
            for (VpnPrefix prefix : prefixes) {
                if (!prefix.address().isV4()) {
                    throw invalid(option, "v1 certificates can only be ipv4, have " + prefix);
                }
            }
        }
    }

    static CertException.Usage invalid(String option, String what) {
        return new CertException.Usage("invalid -" + option + " definition: " + what);
    }
}

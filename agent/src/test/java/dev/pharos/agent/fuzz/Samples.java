package dev.pharos.agent.fuzz;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Well-formed things to begin with. */
public final class Samples {
    private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant AFTER = Instant.parse("2036-01-01T00:00:00Z");

    private Samples() {}

    /** A byte before the others. */
    public static byte[] prefixed(int first, byte[] rest) {
        byte[] bytes = new byte[1 + rest.length];
        bytes[0] = (byte) first;
        System.arraycopy(rest, 0, bytes, 1, rest.length);
        return bytes;
    }

    /** Of an authority and a host, in both versions, on both curves. */
    static List<Certificate> certificates() {
        List<Certificate> all = new ArrayList<>();
        for (Curve curve : Curve.values()) {
            CaKey key = CaKey.generate(curve, new SecureRandom());
            for (CertificateVersion version : CertificateVersion.values()) {
                Certificate authority =
                        CertificateSigner.selfSign(CaRequest.unconstrained(version, "test", BEFORE, AFTER), key);
                all.add(authority);
                all.add(CertificateSigner.of(authority, key).sign(request(version, hostKey(curve))));
            }
        }
        return all;
    }

    private static CertificateRequest request(CertificateVersion version, HostKey key) {
        return new CertificateRequest(
                version,
                "laptop",
                List.of(prefix("10.42.0.7/24")),
                List.of(prefix("192.168.7.0/24")),
                List.of("servers", "linux"),
                BEFORE,
                AFTER,
                key.publicKey());
    }

    static HostKey hostKey(Curve curve) {
        return HostKey.generate(curve, new SecureRandom());
    }

    /** A public key of P256, uncompressed. */
    static byte[] p256Point() {
        byte[] scalar = new byte[32];
        Arrays.fill(scalar, (byte) 1);
        try {
            return HostKey.of(Curve.P256, scalar).publicKey().toBytes();
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    static VpnPrefix prefix(String text) {
        try {
            return VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}

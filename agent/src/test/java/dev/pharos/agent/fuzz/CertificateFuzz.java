package dev.pharos.agent.fuzz;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Certificates of both formats, whole and as handshakes carry them; the first byte of the input chooses. What is read is
 * written again to the last byte: a signature covers nothing that was left out.
 */
final class CertificateFuzz implements FuzzTarget {
    private static final byte[] KEY = new byte[32];
    private static final byte[] POINT = Samples.p256Point();

    @Override
    public void run(byte[] input) throws Refused {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        CertificateVersion version = (input[0] & 1) == 0 ? CertificateVersion.V1 : CertificateVersion.V2;
        try {
            switch (input[0] >> 1 & 3) {
                case 0, 1 ->
                    require(Arrays.equals(Certificate.parse(version, bytes).encode(), bytes), "another certificate");
                case 2 -> handshake(version, bytes, KEY, Curve.CURVE25519);
                default -> handshake(version, bytes, POINT, Curve.P256);
            }
        } catch (MalformedException e) {
            throw new Refused(e);
        }
    }

    private static void require(boolean holds, String what) {
        FuzzTarget.require(holds, what);
    }

    private static void handshake(CertificateVersion version, byte[] bytes, byte[] key, Curve curve)
            throws MalformedException {
        Certificate certificate = Certificate.fromHandshake(version, bytes, key, curve);
        require(Arrays.equals(certificate.handshakeEncoding(), bytes), "another certificate from the handshake");
        Certificate whole = Certificate.parse(version, certificate.encode());
        require(whole.fingerprint().equals(certificate.fingerprint()), "two fingerprints of one certificate");
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Certificate certificate : Samples.certificates()) {
            int version = certificate.version() == CertificateVersion.V1 ? 0 : 1;
            int form = certificate.curve() == Curve.P256 ? 6 : 4;
            seeds.add(Samples.prefixed(version, certificate.encode()));
            seeds.add(Samples.prefixed(version | form, certificate.handshakeEncoding()));
        }
        return seeds;
    }
}

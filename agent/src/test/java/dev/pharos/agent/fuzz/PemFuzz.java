package dev.pharos.agent.fuzz;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.EncryptedCaKey;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.cert.PublicKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Everything that comes as PEM text; the first byte of the input chooses what it is taken for. */
final class PemFuzz implements FuzzTarget {
    private interface Parser {
        void parse(String text) throws MalformedException;
    }

    private static final List<Parser> PARSERS = List.of(
            PemFuzz::certificates,
            HostKey::parsePem,
            PublicKey::parsePem,
            CaKey::parsePem,
            EncryptedCaKey::parsePem,
            CaPool::parsePem);

    private static void certificates(String text) throws MalformedException {
        List<Certificate> read = CertificatePem.parse(text);
        FuzzTarget.require(CertificatePem.parse(CertificatePem.format(read)).equals(read), "other certificates");
    }

    @Override
    public void run(byte[] input) throws Refused {
        if (input.length == 0) {
            return;
        }
        String text = new String(Arrays.copyOfRange(input, 1, input.length), StandardCharsets.UTF_8);
        try {
            PARSERS.get((input[0] & 0xff) % PARSERS.size()).parse(text);
        } catch (MalformedException e) {
            throw new Refused(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Certificate certificate : Samples.certificates()) {
            seeds.add(seed(0, CertificatePem.format(List.of(certificate))));
            seeds.add(seed(5, CertificatePem.format(List.of(certificate))));
        }
        for (Curve curve : Curve.values()) {
            HostKey key = Samples.hostKey(curve);
            seeds.add(seed(1, key.toPem()));
            seeds.add(seed(2, key.publicKey().toPem()));
            seeds.add(seed(3, CaKey.generate(curve, new SecureRandom()).toPem()));
        }
        return seeds;
    }

    private static byte[] seed(int parser, String text) {
        return Samples.prefixed(parser, text.getBytes(StandardCharsets.UTF_8));
    }
}

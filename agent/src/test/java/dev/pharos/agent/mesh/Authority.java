package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.noise.CipherSuite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** An authority for tests; its keys follow from the seed. */
public final class Authority {
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final Duration LIFE = Duration.ofDays(365);

    private final Curve curve;
    private final RandomGenerator random;
    private final CertificateSigner signer;
    private final CaPool pool;

    public Authority(RandomGenerator random) {
        this(random, NOW);
    }

    public Authority(RandomGenerator random, Instant from) {
        this(random, from, Curve.CURVE25519);
    }

    Authority(RandomGenerator random, Instant from, Curve curve) {
        this.random = random;
        this.curve = curve;
        CaKey key = caKey();
        var request =
                CaRequest.unconstrained(CertificateVersion.V1, "test authority", from.minus(LIFE), from.plus(LIFE));
        Certificate own = CertificateSigner.selfSign(request, key);
        signer = CertificateSigner.of(own, key);
        pool = pool(own);
    }

    private CaKey caKey() {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        try {
            return CaKey.of(
                    curve,
                    switch (curve) {
                        case CURVE25519 -> {
                            byte[] both = Arrays.copyOf(secret, 64);
                            Ed25519.generatePublicKey(secret, 0, both, 32);
                            yield both;
                        }
                        case P256 -> secret;
                    });
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static CaPool pool(Certificate authority) {
        try {
            return CaPool.of(List.of(authority));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    Certificate certificate() {
        return signer.authority();
    }

    CaPool pool() {
        return pool;
    }

    HostKey hostKey() {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        try {
            return HostKey.of(curve, secret);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    Certificate sign(CertificateRequest request) {
        return signer.sign(request);
    }

    Certificate sign(CertificateVersion version, String name, HostKey key, VpnPrefix network, Instant notAfter) {
        return signer.sign(new CertificateRequest(
                version,
                name,
                List.of(network),
                List.of(),
                List.of(),
                signer.authority().notBefore(),
                notAfter,
                key.publicKey()));
    }

    /** A certificate for several addresses, which is of version 2. */
    Certificate sign(String name, HostKey key, List<VpnPrefix> networks) {
        return signer.sign(new CertificateRequest(
                CertificateVersion.V2,
                name,
                networks,
                List.of(),
                List.of(),
                signer.authority().notBefore(),
                signer.authority().notAfter(),
                key.publicKey()));
    }

    /** Trusts both authorities, as hosts do while one takes over from the other. */
    CaPool poolWith(Authority other) {
        try {
            return CaPool.of(List.of(certificate(), other.certificate()));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** An identity with certificates of these versions. */
    public Identity identity(String name, VpnPrefix network, CertificateVersion... versions) {
        return identity(name, network, CipherSuite.AES_GCM, versions);
    }

    Identity identity(String name, VpnPrefix network, CipherSuite cipher, CertificateVersion... versions) {
        HostKey key = hostKey();
        List<Certificate> certificates = new ArrayList<>();
        for (CertificateVersion version : versions) {
            certificates.add(
                    sign(version, name, key, network, signer.authority().notAfter()));
        }
        return Identity.of(certificates, key, cipher, pool, Blocklist.EMPTY);
    }
}

package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.TlsTrust;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** An operator's own certificate: vouched for by a public authority, or pinned by its key. */
class WebPkiIT {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "javax.net.ssl.trustStorePassword";

    private final Path directory = Server.temporaryDirectory();

    @AfterEach
    void forgetTheAuthority() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(PASSWORD);
        FileSystemUtils.deleteRecursively(directory.toFile());
    }

    @Test
    void aPubliclyTrustedCertificateIsNotPinned() throws Exception {
        KeyPair authorityKey = keyPair();
        X509Certificate authority =
                certificate("CN=A public authority", authorityKey, "CN=A public authority", authorityKey);
        KeyPair serverKey = keyPair();
        X509Certificate server = certificate("CN=pharos.example.net", serverKey, "CN=A public authority", authorityKey);
        String[] tls = {
            "--pharos.tls-certificate-file=" + pem("chain.pem", "CERTIFICATE", server.getEncoded()),
            "--pharos.tls-key-file="
                    + pem("key.pem", "PRIVATE KEY", serverKey.getPrivate().getEncoded())
        };

        assertThat(trustInATokenOf(tls)).isInstanceOf(TlsTrust.Pins.class);
        trust(authority);
        assertThat(trustInATokenOf(tls)).isEqualTo(TlsTrust.WEB_PKI);
    }

    private TlsTrust trustInATokenOf(String... tls) throws Exception {
        try (Server server = Server.on(directory.resolve("data"), tls)) {
            FakeAgent agent =
                    FakeAgent.joined(server.api(), "any-" + Instant.now().toEpochMilli());
            EnrollmentToken token = EnrollmentToken.parse(
                    server.api().post("enrollment-tokens", "{'name':'pki'}").at("token"));
            assertThat(agent.bundle().topology().controlPlane().tls()).isEqualTo(token.tls());
            return token.tls();
        }
    }

    private void trust(X509Certificate authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        Path file = directory.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        System.setProperty(TRUST_STORE, file.toString());
        System.setProperty(PASSWORD, "changeit");
    }

    private Path pem(String name, String type, byte[] content) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                directory.resolve(name), "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(String subject, KeyPair key, String issuer, KeyPair signedBy)
            throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                BigInteger.valueOf(subject.hashCode()).abs(),
                Date.from(Instant.now().minus(Duration.ofDays(1))),
                Date.from(Instant.now().plus(Duration.ofDays(30))),
                new X500Name(subject),
                key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(subject.equals(issuer)));
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signedBy.getPrivate())));
    }
}

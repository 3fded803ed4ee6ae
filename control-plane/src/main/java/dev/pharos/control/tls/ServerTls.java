package dev.pharos.control.tls;

import dev.pharos.control.settings.Settings;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.TlsTrust;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.stereotype.Component;

/**
 * What this server shows in its TLS handshake: the operator's certificate and key, else a self-signed certificate over the
 * key of {@link TlsKeys}. Agents look at the key alone.
 */
@Component
public class ServerTls {
    static final String ALIAS = "pharos";
    private static final Duration LIFETIME = Duration.ofDays(3650);

    private final KeyStore store;
    private final TlsTrust trust;

    ServerTls(TlsKeys keys, Settings settings, PublicUrls urls, Clock clock)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        List<X509Certificate> chain;
        PrivateKey key;
        Optional<Path> certificateFile = Settings.file(settings.tlsCertificateFile());
        if (certificateFile.isPresent()) {
            Path keyFile = Settings.file(settings.tlsKeyFile())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "PHAROS_TLS_CERTIFICATE_FILE is set and PHAROS_TLS_KEY_FILE is not; set both or neither"));
            chain = read(certificateFile.get()).getCertificates();
            key = java.util.Objects.requireNonNull(
                    read(keyFile).getPrivateKey(), () -> keyFile + " holds no private key");
        } else {
            KeyPair current = keys.current();
            chain = List.of(selfSigned(current, names(urls), clock.instant()));
            key = current.getPrivate();
        }
        store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(ALIAS, key, new char[0], chain.toArray(Certificate[]::new));
        trust = certificateFile.isPresent() && Publicly.vouchedFor(chain)
                ? TlsTrust.WEB_PKI
                : new TlsTrust.Pins(List.of(
                        Pin.of(chain.getFirst().getPublicKey().getEncoded()),
                        Pin.of(keys.next().getPublic().getEncoded())));
    }

    /**
     * How agents are to know this server: by its key and the next one, or, when a public authority vouches for the
     * operator's certificate, by that, as such certificates change their keys often.
     */
    public TlsTrust trust() {
        return trust;
    }

    KeyStore store() {
        return store;
    }

    private static PemContent read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("the TLS file " + file + " cannot be read");
        }
        return PemContent.load(file);
    }

    private static X509Certificate selfSigned(KeyPair pair, GeneralNames names, Instant now)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        X500Name subject = new X500Name("CN=Pharos control plane");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(127, new SecureRandom()),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(LIFETIME)),
                subject,
                pair.getPublic());
        builder.addExtension(Extension.subjectAlternativeName, false, names);
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    }

    private static GeneralNames names(PublicUrls urls) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, "localhost"));
        names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        for (URI url : urls.all()) {
            String host = url.getHost().replaceAll("[\\[\\]]", "");
            names.add(new GeneralName(isLiteral(host) ? GeneralName.iPAddress : GeneralName.dNSName, host));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

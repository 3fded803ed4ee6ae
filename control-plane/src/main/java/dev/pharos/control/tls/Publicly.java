package dev.pharos.control.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the public authorities that every Java knows vouch for a certificate. */
final class Publicly {
    private static final Logger log = LoggerFactory.getLogger(Publicly.class);

    private Publicly() {}

    static boolean vouchedFor(List<X509Certificate> chain) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((@Nullable KeyStore) null);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .filter(manager -> manager.getAcceptedIssuers().length > 0)
                .anyMatch(manager -> accepts(manager, chain));
    }

    private static boolean accepts(X509TrustManager manager, List<X509Certificate> chain) {
        try {
            manager.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
            return true;
        } catch (CertificateException e) {
            log.info("The TLS certificate is pinned by its key: {}", e.getMessage());
            return false;
        }
    }
}

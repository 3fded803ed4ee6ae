package dev.pharos.agent.control;

import dev.pharos.protocol.bundle.Pin;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server by its key alone: the SHA-256 of its SubjectPublicKeyInfo is one of the pins. Names and dates in the
 * certificate do not matter. The handshake ends before a byte of ours is sent to anyone else.
 */
final class PinnedKeys extends X509ExtendedTrustManager {
    private final List<Pin> pins;

    PinnedKeys(List<Pin> pins) {
        this.pins = List.copyOf(pins);
    }

    /** The server holds another key than the one that was promised. */
    static final class WrongKeyException extends CertificateException {
        private static final long serialVersionUID = 1L;

        WrongKeyException(String message) {
            super(message);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        Pin shown = Pin.of(chain[0].getPublicKey().getEncoded());
        if (!pins.contains(shown)) {
            throw new WrongKeyException("the server's key is " + shown + ", not the one that the token promises");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("an agent is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("an agent is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("an agent is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

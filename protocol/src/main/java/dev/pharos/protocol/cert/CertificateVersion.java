package dev.pharos.protocol.cert;

/** The two certificate formats: V1 is protobuf and IPv4 only, V2 is DER and carries any number of IPv4 and IPv6 networks. */
public enum CertificateVersion {
    V1(1, "NEBULA CERTIFICATE"),
    V2(2, "NEBULA CERTIFICATE V2");

    private final int number;
    private final String pemLabel;

    CertificateVersion(int number, String pemLabel) {
        this.number = number;
        this.pemLabel = pemLabel;
    }

    /** 1 or 2, as in a handshake's CertVersion. */
    public int number() {
        return number;
    }

    String pemLabel() {
        return pemLabel;
    }
}

package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Certificates as files: any number of PEM blocks of either version, with text around them that nobody reads. */
public final class CertificatePem {
    private CertificatePem() {}

    /**
     * All certificates in the order in which they come.
     *
     * @throws MalformedException when there is none, or a block is anything else
     */
    public static List<Certificate> parse(String pem) throws MalformedException {
        List<Certificate> certificates = new ArrayList<>();
        for (Pem.Block block : Pem.parse(pem)) {
            certificates.add(Certificate.parse(version(block.label()), block.bytes()));
        }
        if (certificates.isEmpty()) {
            throw new MalformedException("PEM: no certificate in it");
        }
        return certificates;
    }

    /**
     * A file of these certificates, V1 before V2: of a host's file old nodes read the first block alone. An authorities'
     * file for old nodes must hold no V2 at all: {@link NebulaRelease#readable} (facts, nebula-protocol trap 15).
     */
    public static String format(List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        certificates.stream()
                .sorted(Comparator.comparing(Certificate::version))
                .forEach(certificate ->
                        text.append(Pem.format(certificate.version().pemLabel(), certificate.encode())));
        return text.toString();
    }

    private static CertificateVersion version(String label) throws MalformedException {
        for (CertificateVersion version : CertificateVersion.values()) {
            if (version.pemLabel().equals(label)) {
                return version;
            }
        }
        throw new MalformedException("PEM: not a certificate but a " + label);
    }
}

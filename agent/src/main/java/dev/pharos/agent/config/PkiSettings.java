package dev.pharos.agent.config;

import dev.pharos.agent.mesh.Identity;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.noise.CipherSuite;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Who this host is and whom it trusts: {@code pki.*}. */
final class PkiSettings {
    private static final long MAX_PEM = 4 << 20;

    private PkiSettings() {}

    static Identity read(Section pki, CipherSuite cipher) throws ConfigException {
        CaPool authorities = parsePem(pki, "ca", CaPool::parsePem);
        List<Certificate> certificates = parsePem(pki, "cert", CertificatePem::parse);
        HostKey key = parsePem(pki, "key", HostKey::parsePem);
        Set<CertificateVersion> versions = EnumSet.noneOf(CertificateVersion.class);
        for (Certificate certificate : certificates) {
            if (!key.belongsTo(certificate)) {
                throw pki.error("key", "is not the key of the certificate for " + certificate.name() + " in pki.cert");
            }
            if (!versions.add(certificate.version())) {
                throw pki.error("cert", "holds two certificates of version " + certificate.version());
            }
        }
        Blocklist blocklist = Blocklist.of(pki.list("blocklist", Fingerprint::parse));
        Identity identity = Identity.of(certificates, key, cipher, authorities, blocklist);
        return new Identity(certificates, key, initiating(pki, identity), cipher, authorities, blocklist);
    }

    private static CertificateVersion initiating(Section pki, Identity identity) throws ConfigException {
        CertificateVersion version = switch (pki.number("initiating_version", 0, 0, 2)) {
            case 1 -> CertificateVersion.V1;
            case 2 -> CertificateVersion.V2;
            default -> identity.initiating();
        };
        if (identity.certificate(version).isEmpty()) {
            throw pki.error("initiating_version", "is " + version + ", and pki.cert holds no such certificate");
        }
        return version;
    }

    private static <T> T parsePem(Section pki, String key, Section.Parser<T> parser) throws ConfigException {
        try {
            return parser.parse(pem(pki, key));
        } catch (MalformedException e) {
            throw pki.error(key, String.valueOf(e.getMessage()));
        }
    }

    /** Text that carries a PEM banner is the thing itself, anything else a path. */
    private static String pem(Section pki, String key) throws ConfigException {
        String value = pki.text(key, "");
        if (value.isEmpty()) {
            throw pki.error(key, "is missing; give a path or the PEM text itself");
        }
        if (value.contains("-----BEGIN")) {
            return value;
        }
        if (value.startsWith("pkcs11:")) {
            throw pki.error(key, "keys in PKCS#11 tokens are not supported; give a path or the PEM text itself");
        }
        Path file = pki.file(key, value);
        try {
            if (Files.size(file) > MAX_PEM) {
                throw pki.error(key, file + " is larger than 4 MiB, which no PEM file here is");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw pki.error(key, "no such file: " + file);
        } catch (AccessDeniedException e) {
            throw pki.error(key, "permission denied: " + file);
        } catch (MalformedInputException e) {
            throw pki.error(key, "is not text: " + file);
        } catch (IOException e) {
            throw pki.error(key, "cannot read " + file + ": " + e.getMessage());
        }
    }
}

package dev.pharos.agent.config;

import dev.pharos.protocol.Fingerprint;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Who this host is and whom it trusts.
 *
 * @param authorities PEM text, one certificate or more
 * @param certificates PEM text: v1, v2, or both on one key
 * @param key PEM text; secret
 * @param blocklist host certificates that are refused
 * @param disconnectInvalid whether a tunnel closes when its peer's certificate runs out
 * @param initiatingVersion the certificate to show first, 1 or 2; 0 for 1 if there is one, else 2
 */
public record PkiSettings(
        String authorities,
        String certificates,
        String key,
        List<Fingerprint> blocklist,
        boolean disconnectInvalid,
        int initiatingVersion) {

    private static final long MAX_PEM = 4 << 20;

    static PkiSettings read(Section pki) throws ConfigException {
        return new PkiSettings(
                pem(pki, "ca"),
                pem(pki, "cert"),
                pem(pki, "key"),
                pki.list("blocklist", Fingerprint::parse),
                pki.flag("disconnect_invalid", true),
                pki.number("initiating_version", 0, 0, 2));
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
        Path file = Path.of(value);
        try {
            if (Files.size(file) > MAX_PEM) {
                throw pki.error(key, file + " is larger than 4 MiB, which no PEM file here is");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
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

    @Override
    public String toString() {
        return "PkiSettings[blocklist of " + blocklist.size() + "]";
    }
}

package dev.pharos.lab.nebula;

import dev.pharos.lab.run.Shell;
import java.nio.file.Path;
import java.util.List;

/** A certificate authority of stock nebula, kept by {@code nebula-cert} in a directory. */
public final class NebulaAuthority {
    private final Path directory;

    /** Makes a new authority in an empty directory. */
    public NebulaAuthority(Path directory) {
        this.directory = directory;
        Shell.run(
                "nebula-cert", "ca", "-name", "lab", "-out-crt", certificate().toString(), "-out-key", file("ca.key"));
    }

    public Path certificate() {
        return directory.resolve("ca.crt");
    }

    /**
     * Signs a certificate on a new key.
     *
     * @param address with its prefix length
     */
    public NebulaIdentity issue(String name, String address, List<String> groups) {
        NebulaIdentity identity =
                new NebulaIdentity(certificate(), directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
        Shell.run(
                "nebula-cert",
                "sign",
                "-ca-crt",
                certificate().toString(),
                "-ca-key",
                file("ca.key"),
                "-name",
                name,
                "-ip",
                address,
                "-groups",
                String.join(",", groups),
                "-out-crt",
                identity.certificate().toString(),
                "-out-key",
                identity.key().toString());
        return identity;
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }
}

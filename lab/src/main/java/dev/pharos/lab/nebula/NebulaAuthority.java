package dev.pharos.lab.nebula;

import dev.pharos.lab.run.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of stock nebula, kept by {@code nebula-cert} in a directory. */
public final class NebulaAuthority {
    private final Path directory;
    private final String program;

    /** Makes a new authority in an empty directory, by the program on the path. */
    public NebulaAuthority(Path directory) {
        this(directory, "nebula-cert", List.of());
    }

    /**
     * Makes a new authority in an empty directory.
     *
     * @param program the {@code nebula-cert} to use
     * @param options for {@code nebula-cert ca}, besides name and files
     */
    public NebulaAuthority(Path directory, String program, List<String> options) {
        this.directory = directory;
        this.program = program;
        List<String> command = new ArrayList<>(List.of(
                program, "ca", "-name", "lab", "-out-crt", certificate().toString(), "-out-key", file("ca.key")));
        command.addAll(options);
        Shell.run(command, "");
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
        sign(name, address, groups, "-out-crt", identity.certificate().toString(), "-out-key", file(name + ".key"));
        return identity;
    }

    /** Signs a certificate on a key made elsewhere, whose public half is in a file, and returns its file. */
    public Path sign(String name, String address, Path publicKey) {
        Path certificate = directory.resolve(name + ".crt");
        sign(name, address, List.of(), "-out-crt", certificate.toString(), "-in-pub", publicKey.toString());
        return certificate;
    }

    private void sign(String name, String address, List<String> groups, String... files) {
        List<String> command = new ArrayList<>(List.of(
                program,
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
                String.join(",", groups)));
        command.addAll(List.of(files));
        Shell.run(command, "");
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }
}

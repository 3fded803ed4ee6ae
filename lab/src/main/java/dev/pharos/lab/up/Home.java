package dev.pharos.lab.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What {@code ./pharos up} keeps between two runs: the control plane's data, and the API token it works with. */
public record Home(Path directory) {
    /** {@code /var/lib/pharos} for root, else below the user's own directory. */
    public static Path ofThisUser() {
        return System.getProperty("user.name").equals("root")
                ? Path.of("/var/lib/pharos")
                : Path.of(System.getProperty("user.home"), ".local/share/pharos");
    }

    /** The control plane's data directory. */
    Path controlPlane() {
        return directory.resolve("control-plane");
    }

    /** The token the control plane was first started with; made now if there was no first start. */
    String apiToken() {
        Path file = directory.resolve("api-token");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(directory);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                byte[] random = new byte[32];
                new SecureRandom().nextBytes(random);
                Files.writeString(file, "up-" + HexFormat.of().formatHex(random));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the API token in " + file, e);
        }
    }
}

package dev.pharos.control.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked once from the class path into a directory that only we can write: whoever could write
 * there would choose the program that guards the authorities.
 */
final class Binaries {
    private Binaries() {}

    /**
     * Unpacks into {@code directory} unless it is already there; complete or absent, never half.
     *
     * @param architecture as Java names it, like {@code amd64}
     * @throws IOException also for an architecture that this build carries no programs for
     */
    static Path unpack(Path directory, String architecture) throws IOException {
        if (Files.isDirectory(directory)) {
            return directory;
        }
        Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
        delete(partial);
        Files.createDirectories(partial);
        try (TarArchiveInputStream archive = open(architecture)) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                write(archive, entry, partial);
            }
        }
        return Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
    }

    private static TarArchiveInputStream open(String architecture) throws IOException {
        String archive = switch (architecture) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> architecture;
        };
        InputStream resource = Binaries.class.getResourceAsStream("/postgres-linux-" + archive + ".txz");
        if (resource == null) {
            throw new IOException("this build carries no PostgreSQL for " + architecture
                    + "; set PHAROS_DATABASE_URL to a PostgreSQL 15 or newer");
        }
        return new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(resource)));
    }

    private static void write(TarArchiveInputStream archive, TarArchiveEntry entry, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("the archive of PostgreSQL names a file outside itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.createDirectories(target.getParent());
            Files.copy(archive, target);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package dev.pharos.agent.cert;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Where a command reads and writes: files by their path, standard input or output by {@code -}.
 *
 * @param directory that relative paths start from
 */
record Streams(InputStream in, OutputStream out, PrintStream err, Path directory) {
    private static final String STANDARD = "-";

    static boolean isStandard(String path) {
        return path.equals(STANDARD);
    }

    /** @throws CertException when more than one of these options wants standard input */
    static void oneInput(Options options, List<String> names) throws CertException {
        atMostOne(options, names, "only one input may read from stdin");
    }

    /** @throws CertException when more than one of these options wants standard output */
    static void oneOutput(Options options, List<String> names) throws CertException {
        atMostOne(options, names, "only one output may write to stdout");
    }

    private static void atMostOne(Options options, List<String> names, String why) throws CertException {
        List<String> standard =
                names.stream().filter(name -> isStandard(options.text(name))).toList();
        if (standard.size() > 1) {
            throw new CertException("-" + standard.get(0) + " and -" + standard.get(1) + " both set to \"-\", " + why);
        }
    }

    /**
     * The whole of a file or of standard input.
     *
     * @param what the name of it in the message when it fails
     */
    String read(String what, String path) throws CertException {
        try {
            byte[] bytes = isStandard(path) ? in.readAllBytes() : Files.readAllBytes(resolve(path));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CertException("error while reading " + what + ": " + reason(path, e), e);
        }
    }

    /** Writes a file that its owner alone may read, if it is new; what is there is replaced and keeps its mode. */
    void write(String what, String path, byte[] bytes) throws CertException {
        try {
            if (isStandard(path)) {
                out.write(bytes);
                out.flush();
                return;
            }
            Set<StandardOpenOption> options =
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            try (var channel = Files.newByteChannel(
                    resolve(path),
                    options,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(java.nio.ByteBuffer.wrap(bytes));
            }
        } catch (IOException e) {
            throw new CertException("error while writing " + what + ": " + reason(path, e), e);
        }
    }

    void write(String what, String path, String text) throws CertException {
        write(what, path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws CertException when the file is there */
    void refuseToOverwrite(String what, String path) throws CertException {
        if (!isStandard(path) && Files.exists(resolve(path))) {
            throw new CertException("refusing to overwrite existing " + what + ": " + path);
        }
    }

    private Path resolve(String path) {
        return directory.resolve(path);
    }

    private static String reason(String path, IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> path + ": no such file or directory";
            case FileSystemException other ->
                path + ": " + (other.getReason() == null ? other.getClass().getSimpleName() : other.getReason());
            case IOException other -> path + ": " + other.getMessage();
        };
    }
}

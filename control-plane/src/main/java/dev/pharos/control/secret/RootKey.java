package dev.pharos.control.secret;

import dev.pharos.control.settings.DataDirectory;
import dev.pharos.control.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * The one key outside the database, which seals every secret inside it. The database knows the key's id; a database that
 * has one never gets a second by itself, and a node without the right key does not start. An operator changes it by naming the
 * file of the old key beside that of the new one: then every secret is wrapped anew.
 */
@Component
final class RootKey {
    private final Path file;
    private final Seal seal;

    RootKey(Settings settings, DataDirectory directory, DataSource database) throws IOException, SQLException {
        file = Settings.file(settings.rootKeyFile()).orElse(directory.path().resolve("root.key"));
        Optional<String> wanted = wantedBy(database);
        if (!Files.exists(file)) {
            if (wanted.isPresent()) {
                throw new RootKeyException(wanted.get(), file, "that file does not exist");
            }
            byte[] fresh = new byte[Seal.KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            DataDirectory.writePrivate(file, Base64.getEncoder().encodeToString(fresh) + "\n");
        }
        seal = new Seal(read(file));
        Optional<Path> old = Settings.file(settings.rootKeyOldFile());
        if (old.isPresent() && wanted.isPresent() && !wanted.get().equals(seal.id())) {
            rewrap(database, wanted.get(), old.get());
        }
        verify(database);
    }

    /** Sixteen hexadecimal digits that name the key and say nothing about it. */
    String id() {
        return seal.id();
    }

    Seal seal() {
        return seal;
    }

    private void rewrap(DataSource database, String wanted, Path oldFile) throws IOException, SQLException {
        if (!Files.exists(oldFile)) {
            throw new RootKeyException(wanted, oldFile, "that file does not exist");
        }
        Seal old = new Seal(read(oldFile));
        if (!old.id().equals(wanted)) {
            throw new RootKeyException(wanted, oldFile, "the key in that file is " + old.id());
        }
        Rewrapping.run(database, old, seal);
    }

    /** Two nodes may meet at a database's first migration; the one whose key was not entered learns it here. */
    void verify(DataSource database) throws SQLException {
        Optional<String> wanted = wantedBy(database);
        if (wanted.isPresent() && !wanted.get().equals(seal.id())) {
            throw new RootKeyException(wanted.get(), file, "the key in that file is " + seal.id());
        }
    }

    private static Optional<String> wantedBy(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet table = statement.executeQuery("select to_regclass('root_key') is not null")) {
                table.next();
                if (!table.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (ResultSet row = statement.executeQuery("select id from root_key")) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static byte[] read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException("the root key file " + file + " is not base64", e);
        }
        if (bytes.length != Seal.KEY_BYTES) {
            throw new IOException("the root key file " + file + " holds " + bytes.length + " bytes, not 32");
        }
        return bytes;
    }
}

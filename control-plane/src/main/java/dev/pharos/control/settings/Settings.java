package dev.pharos.control.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The environment variables of the control plane ({@code application.properties} maps their names). An empty text means
 * unset.
 *
 * @param dataDir where the embedded database, the root key and files for the first administrator are kept
 * @param databaseUrl a PostgreSQL 15 or newer, {@code postgresql://host:port/name}; unset: an embedded one
 * @param publicUrls under which agents reach this control plane; unset: every address of this machine
 * @param rootKeyFile the key that seals every secret in the database, 32 bytes in base64; unset: in the data directory
 * @param rootKeyOldFile the key before, when the root key is being changed; unset otherwise
 * @param tlsCertificateFile PEM chain; unset: a self-signed certificate, pinned by tokens
 * @param bootstrapToken the administrator's API token, made at first start; unset: one is made up
 * @param auditKeep how long the record of changes is kept; unset: for ever
 * @param network the overlay range of the network made at first start
 */
@ConfigurationProperties("pharos")
public record Settings(
        Path dataDir,
        @DefaultValue("") String databaseUrl,
        @DefaultValue("") String databaseUsername,
        @DefaultValue("") String databasePassword,
        @DefaultValue List<URI> publicUrls,
        @DefaultValue("") String rootKeyFile,
        @DefaultValue("") String rootKeyOldFile,
        @DefaultValue("") String tlsCertificateFile,
        @DefaultValue("") String tlsKeyFile,
        @DefaultValue("") String bootstrapToken,
        @Nullable Duration auditKeep,
        @DefaultValue("10.42.0.0/24") String network) {

    public Optional<Duration> auditRetention() {
        return Optional.ofNullable(auditKeep);
    }

    /** A file setting that may be unset. */
    public static Optional<Path> file(String setting) {
        return setting.isEmpty() ? Optional.empty() : Optional.of(Path.of(setting));
    }

    /** Without the password and the token. */
    @Override
    public String toString() {
        return "Settings[dataDir=" + dataDir + ", databaseUrl=" + databaseUrl + ", publicUrls=" + publicUrls + "]";
    }
}

package dev.pharos.control.secret;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The root key is checked before the first migration writes anything, and its id is entered by that migration. */
@Configuration(proxyBeanMethods = false)
class SecretConfiguration {
    @Bean
    FlywayConfigurationCustomizer rootKeyPlaceholder(RootKey root) {
        return flyway -> flyway.placeholders(java.util.Map.of("rootKeyId", root.id()));
    }

    @Bean
    FlywayMigrationStrategy migrateThenVerify(RootKey root, DataSource database) {
        return flyway -> {
            flyway.migrate();
            try {
                root.verify(database);
            } catch (SQLException e) {
                throw new IllegalStateException("the root key could not be checked against the database", e);
            }
        };
    }
}

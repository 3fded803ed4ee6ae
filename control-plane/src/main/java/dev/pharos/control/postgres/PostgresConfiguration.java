package dev.pharos.control.postgres;

import dev.pharos.control.settings.DataDirectory;
import dev.pharos.control.settings.Settings;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Where the database is: the one that is configured, else one of our own. */
@Configuration(proxyBeanMethods = false)
class PostgresConfiguration {

    private record Details(String getJdbcUrl, String getUsername, String getPassword) implements JdbcConnectionDetails {
        @Override
        public String toString() {
            return getJdbcUrl;
        }
    }

    @Bean
    @Lazy
    EmbeddedPostgres embeddedPostgres(DataDirectory directory) throws IOException {
        return EmbeddedPostgres.start(directory.path());
    }

    @Bean
    JdbcConnectionDetails databaseConnection(Settings settings, ObjectProvider<EmbeddedPostgres> embedded) {
        String url = settings.databaseUrl();
        if (url.isEmpty()) {
            EmbeddedPostgres postgres = embedded.getObject();
            return new Details(postgres.jdbcUrl(), EmbeddedPostgres.USER, postgres.password());
        }
        return new Details(
                url.startsWith("jdbc:") ? url : "jdbc:" + url,
                settings.databaseUsername(),
                settings.databasePassword());
    }
}

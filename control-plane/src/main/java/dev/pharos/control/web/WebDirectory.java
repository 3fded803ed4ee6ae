package dev.pharos.control.web;

import dev.pharos.control.settings.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee11.webapp.WebAppContext;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;

/**
 * Where Jetty keeps its working files: in our own directory, emptied at each start, as a server that is killed cleans up
 * nothing and {@code /tmp} is everybody's.
 */
@Configuration(proxyBeanMethods = false)
class WebDirectory {
    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> ownDirectory(DataDirectory data) throws IOException {
        Path directory = data.path().resolve("web");
        FileSystemUtils.deleteRecursively(directory);
        Path files = Files.createDirectories(directory.resolve("files"));
        Path work = Files.createDirectories(directory.resolve("work"));
        return factory -> {
            factory.setDocumentRoot(files.toFile());
            factory.addServerCustomizers(server -> server.getDescendants(WebAppContext.class)
                    .forEach(context -> context.setTempDirectory(work.toFile())));
        };
    }
}

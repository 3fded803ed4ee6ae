package dev.pharos.control.tls;

import java.util.Set;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** TLS 1.3 on Jetty. A client may call us by any name or address: agents check the pinned key, not the name. */
@Configuration(proxyBeanMethods = false)
class TlsConfiguration {
    @Bean
    SslBundleRegistrar serverBundle(ServerTls tls) {
        return registry -> registry.registerBundle(
                "pharos",
                SslBundle.of(
                        SslStoreBundle.of(tls.store(), "", null),
                        SslBundleKey.of("", ServerTls.ALIAS),
                        SslOptions.of(null, Set.of("TLSv1.3"))));
    }

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> anyName() {
        return factory -> factory.addServerCustomizers(server -> {
            for (Connector connector : server.getConnectors()) {
                connector.getConnectionFactories().stream()
                        .filter(HttpConnectionFactory.class::isInstance)
                        .map(HttpConnectionFactory.class::cast)
                        .forEach(TlsConfiguration::acceptAnyName);
            }
        });
    }

    private static void acceptAnyName(HttpConnectionFactory http) {
        http.getHttpConfiguration().setSendServerVersion(false);
        SecureRequestCustomizer secure = http.getHttpConfiguration().getCustomizer(SecureRequestCustomizer.class);
        if (secure != null) {
            secure.setSniHostCheck(false);
            secure.setSniRequired(false);
        }
    }
}

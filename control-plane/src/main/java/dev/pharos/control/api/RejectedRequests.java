package dev.pharos.control.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import tools.jackson.databind.json.JsonMapper;

/** Requests that never reach a controller, as their target or method is none, get a problem document too. */
@Configuration(proxyBeanMethods = false)
class RejectedRequests {
    @Bean
    RequestRejectedHandler byTheFirewall(JsonMapper json) {
        return (_, response, _) -> {
            if (!response.isCommitted()) {
                ProblemDocument.of(
                                HttpStatus.BAD_REQUEST,
                                "request",
                                "the request is not one that is understood",
                                List.of())
                        .write(response, json);
            }
        };
    }

    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> byTheServer(JsonMapper json) {
        return factory -> factory.addServerCustomizers(server -> server.setErrorHandler(new Problems(json)));
    }

    private static final class Problems extends ErrorHandler {
        private final JsonMapper json;

        Problems(JsonMapper json) {
            this.json = json;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            HttpStatus status = HttpStatus.valueOf(response.getStatus() == 0 ? 500 : response.getStatus());
            byte[] body =
                    json.writeValueAsBytes(ProblemDocument.of(status, "request", status.getReasonPhrase(), List.of()));
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE);
            Content.Sink.write(response, true, new String(body, StandardCharsets.UTF_8), callback);
            return true;
        }
    }
}

package dev.pharos.control.access;

import dev.pharos.control.api.ProblemDocument;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who may ask for what. Agents sign each request, which is checked elsewhere; the REST API takes an API token or a
 * session; the pages themselves are for everybody.
 */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {
    /** Mantine and React Flow set inline styles; nothing needs an inline script. */
    private static final String CONTENT_POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src"
                    + " 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self';"
                    + " object-src 'none'";

    @Bean
    @Order(1)
    SecurityFilterChain agents(HttpSecurity http) {
        return http.securityMatcher("/agent/v1/**")
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain people(HttpSecurity http, ApiTokens tokens, SignIn sessions, JsonMapper json) {
        return http.addFilterBefore(new CredentialsFilter(tokens, sessions), AuthorizationFilter.class)
                .addFilterBefore(new SameOriginFilter(json), CredentialsFilter.class)
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .httpStrictTransportSecurity(HeadersConfigurer.HstsConfig::disable)
                        .frameOptions(Customizer.withDefaults()))
                .authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers("/api/v1/openapi.json")
                        .permitAll()
                        .requestMatchers(HttpMethod.POST, "/api/v1/session")
                        .permitAll()
                        .requestMatchers("/api/**")
                        .authenticated()
                        .anyRequest()
                        .permitAll())
                .exceptionHandling(failures -> failures.authenticationEntryPoint((_, response, _) -> {
                            response.setHeader("WWW-Authenticate", "Bearer");
                            refuse(
                                    response,
                                    json,
                                    HttpStatus.UNAUTHORIZED,
                                    "unauthorized",
                                    "an API token or a session is needed");
                        })
                        .accessDeniedHandler((_, response, _) ->
                                refuse(response, json, HttpStatus.FORBIDDEN, "forbidden", "this is not allowed")))
                .build();
    }

    private static void refuse(
            HttpServletResponse response, JsonMapper json, HttpStatus status, String slug, String detail)
            throws IOException {
        ProblemDocument.of(status, slug, detail, List.of()).write(response, json);
    }
}

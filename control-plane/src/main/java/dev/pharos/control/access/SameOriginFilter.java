package dev.pharos.control.access;

import dev.pharos.control.api.ProblemDocument;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses what another site makes a browser send (cross-site request forgery). A change without an API token must come
 * from our own pages: every browser of today says so in Sec-Fetch-Site, older ones in Origin. The session cookie's
 * SameSite=Strict is the second lock on the same door.
 */
final class SameOriginFilter extends OncePerRequestFilter {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final JsonMapper json;

    SameOriginFilter(JsonMapper json) {
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean harmless = READING.contains(request.getMethod()) || CredentialsFilter.carriesToken(request);
        if (harmless || isFromOurPages(request)) {
            chain.doFilter(request, response);
            return;
        }
        ProblemDocument.of(HttpStatus.FORBIDDEN, "forbidden", "a change by session must come from this site", List.of())
                .write(response, json);
    }

    private static boolean isFromOurPages(HttpServletRequest request) {
        @Nullable String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        @Nullable String origin = request.getHeader(HttpHeaders.ORIGIN);
        @Nullable String host = request.getHeader(HttpHeaders.HOST);
        return origin != null && host != null && host.equals(authority(origin));
    }

    private static @Nullable String authority(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

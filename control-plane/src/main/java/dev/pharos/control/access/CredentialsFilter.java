package dev.pharos.control.access;

import dev.pharos.control.api.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Recognises an API token or a session; who shows neither stays anonymous. */
final class CredentialsFilter extends OncePerRequestFilter {
    private static final String BEARER = "Bearer ";

    private final ApiTokens tokens;
    private final SignIn sessions;

    CredentialsFilter(ApiTokens tokens, SignIn sessions) {
        this.tokens = tokens;
        this.sessions = sessions;
    }

    /** A request with such a header comes from a program: no browser adds it by itself. */
    static boolean carriesToken(HttpServletRequest request) {
        @Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        caller(request)
                .ifPresent(caller -> SecurityContextHolder.getContext()
                        .setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                                caller,
                                "",
                                AuthorityUtils.createAuthorityList(
                                        "ROLE_" + caller.role().name()))));
        chain.doFilter(request, response);
    }

    private Optional<Caller> caller(HttpServletRequest request) {
        if (carriesToken(request)) {
            String header = request.getHeader(HttpHeaders.AUTHORIZATION);
            return tokens.callerOf(new Secret(header.substring(BEARER.length()).strip()));
        }
        return SessionCookie.read(request).flatMap(sessions::callerOf);
    }
}

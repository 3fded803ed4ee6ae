package dev.pharos.control.access;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.http.ResponseCookie;

/** The cookie that carries a session: for this origin alone, over TLS alone, out of reach of scripts. */
final class SessionCookie {
    private static final String NAME = "__Host-pharos-session";

    private SessionCookie() {}

    static Optional<Secret> read(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(NAME))
                        .map(cookie -> new Secret(cookie.getValue()))
                        .findFirst();
    }

    static String set(Secret session) {
        return cookie(session.text(), SignIn.SESSION);
    }

    static String clear() {
        return cookie("", Duration.ZERO);
    }

    private static String cookie(String value, Duration age) {
        return ResponseCookie.from(NAME, value)
                .path("/")
                .secure(true)
                .httpOnly(true)
                .sameSite("Strict")
                .maxAge(age)
                .build()
                .toString();
    }
}

package dev.pharos.control.access;

import dev.pharos.control.access.SignIn.Link;
import dev.pharos.control.api.Actor;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.tls.PublicUrls;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Signing in and out, and who is signed in. */
@RestController
class SessionController {
    @Schema(name = "Session")
    record SessionView(String actor) {}

    @Schema(name = "SignInLink")
    record LinkView(URI url, Instant expiresAt) {}

    private final SignIn signIn;
    private final PublicUrls urls;
    private final Audit audit;

    SessionController(SignIn signIn, PublicUrls urls, Audit audit) {
        this.signIn = signIn;
        this.urls = urls;
        this.audit = audit;
    }

    /** Trades the secret of a one-time link for a session, and leads on to the dashboard either way. */
    @Hidden
    @GetMapping("/sign-in")
    ResponseEntity<Void> open(@RequestParam(defaultValue = "") String token) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(HttpStatus.SEE_OTHER).header(HttpHeaders.CACHE_CONTROL, "no-store");
        return signIn.open(new Secret(token))
                .map(session -> answer.header(HttpHeaders.SET_COOKIE, SessionCookie.set(session))
                        .location(URI.create("/"))
                        .<Void>build())
                .orElseGet(
                        () -> answer.location(URI.create("/?sign-in=refused")).build());
    }

    @GetMapping("/api/v1/session")
    SessionView current() {
        return new SessionView(Actor.current());
    }

    @DeleteMapping("/api/v1/session")
    ResponseEntity<Void> close(HttpServletRequest request) {
        SessionCookie.read(request).ifPresent(signIn::close);
        return ResponseEntity.noContent()
                .header(HttpHeaders.SET_COOKIE, SessionCookie.clear())
                .build();
    }

    /** Another link, for a browser, by whoever holds an API token. */
    @PostMapping("/api/v1/sign-in-links")
    @ResponseStatus(HttpStatus.CREATED)
    @Transactional
    LinkView newLink() {
        Link link = signIn.newLink();
        audit.record(null, "sign-in-link.create", "browser");
        return new LinkView(urls.all().getFirst().resolve(link.path()), link.expiresAt());
    }
}

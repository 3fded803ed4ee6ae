package dev.pharos.control.access;

import dev.pharos.control.access.SignIn.Link;
import dev.pharos.control.api.Caller;
import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.tls.PublicUrls;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Signing in and out, and who is signed in. What everybody may do with their own session takes no higher role. */
@RestController
@Needs(Role.AUDITOR)
class SessionController {
    private static final String BROWSER_ONLY = "there is no session: an API token has no password of its own";

    @Schema(name = "Session")
    record SessionView(String actor, Role role, boolean hasPassword) {}

    @Schema(name = "SignInLink")
    record LinkView(URI url, Instant expiresAt) {
        static LinkView of(PublicUrls urls, Link link) {
            return new LinkView(urls.all().getFirst().resolve(link.path()), link.expiresAt());
        }
    }

    /** Either the secret of a one-time link, or a name and a password. */
    @Schema(name = "NewSession")
    record Credentials(
            @Nullable @Size(max = 200) String link,
            @Nullable @Size(max = 200) String name,
            @Nullable @Size(max = 200) String password) {
        @Override
        public String toString() {
            return "credentials";
        }
    }

    /** {@code currentPassword} is needed unless a link has opened the session, or there is none yet. */
    @Schema(name = "NewPassword")
    record NewPassword(@NotNull String password, @Nullable String currentPassword) {
        @Override
        public String toString() {
            return "passwords";
        }
    }

    private final SignIn signIn;
    private final SignInLimits limits;
    private final Users users;
    private final Passwords passwords;
    private final PublicUrls urls;
    private final Audit audit;

    SessionController(
            SignIn signIn, SignInLimits limits, Users users, Passwords passwords, PublicUrls urls, Audit audit) {
        this.signIn = signIn;
        this.limits = limits;
        this.users = users;
        this.passwords = passwords;
        this.urls = urls;
        this.audit = audit;
    }

    /** Signs in: the answer sets the cookie that carries the session. */
    @SecurityRequirements
    @PostMapping("/api/v1/session")
    ResponseEntity<SessionView> open(@Valid @RequestBody Credentials body, HttpServletRequest request) {
        Secret session = body.link() != null ? byLink(body.link()) : byPassword(body, request.getRemoteAddr());
        Caller caller = signIn.callerOf(session).orElseThrow();
        return ResponseEntity.ok()
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.SET_COOKIE, SessionCookie.set(session))
                .body(view(caller));
    }

    private Secret byLink(String link) {
        return signIn.byLink(new Secret(link)).orElseThrow(() -> {
            audit.refusedSignIn("a link");
            return new Problem(HttpStatus.UNAUTHORIZED, "sign-in", "this link is unknown, used or expired");
        });
    }

    private Secret byPassword(Credentials body, String remote) {
        if (body.name() == null || body.password() == null) {
            throw Problem.field(body.name() == null ? "name" : "password", "is needed where there is no link");
        }
        limits.require(body.name(), remote);
        Optional<Secret> session = signIn.byPassword(body.name(), body.password());
        if (session.isEmpty()) {
            limits.failed(body.name(), remote);
            audit.refusedSignIn(body.name());
            throw new Problem(HttpStatus.UNAUTHORIZED, "sign-in", "there is nobody of that name with that password");
        }
        limits.succeeded(body.name(), remote);
        return session.get();
    }

    @GetMapping("/api/v1/session")
    SessionView current() {
        return view(Caller.current().orElseThrow());
    }

    private SessionView view(Caller caller) {
        boolean hasPassword = users.get(caller.id()).map(User::hasPassword).orElse(false);
        return new SessionView(caller.label(), caller.role(), hasPassword);
    }

    @DeleteMapping("/api/v1/session")
    ResponseEntity<Void> close(HttpServletRequest request) {
        SessionCookie.read(request).ifPresent(signIn::close);
        return ResponseEntity.noContent()
                .header(HttpHeaders.SET_COOKIE, SessionCookie.clear())
                .build();
    }

    /** Sets one's own password, and ends every other session of one's own. */
    @PutMapping("/api/v1/session/password")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void setPassword(@Valid @RequestBody NewPassword body, HttpServletRequest request) {
        Secret session = SessionCookie.read(request)
                .filter(open -> signIn.callerOf(open).isPresent())
                .orElseThrow(() -> new Problem(HttpStatus.CONFLICT, "no-session", BROWSER_ONLY));
        String user = signIn.callerOf(session).orElseThrow().id();
        Optional<String> known = users.passwordHash(user);
        if (known.isPresent() && !signIn.wasOpenedByLink(session)) {
            requireCurrent(body, user, known.get(), request.getRemoteAddr());
        }
        signIn.setPassword(session, user, passwords.hash(body.password()));
    }

    private void requireCurrent(NewPassword body, String user, String known, String remote) {
        limits.require(user, remote);
        String current = body.currentPassword() == null ? "" : body.currentPassword();
        if (!passwords.matches(current, known)) {
            limits.failed(user, remote);
            throw Problem.field("currentPassword", "is not the password");
        }
    }

    /** Another link for the first owner, by whoever holds an owner's credential: the way back in when all else is lost. */
    @Needs(Role.OWNER)
    @PostMapping("/api/v1/sign-in-links")
    @ResponseStatus(HttpStatus.CREATED)
    @Transactional
    LinkView newLink() {
        User owner = users.firstOwner().orElseThrow(() -> Problem.notFound("owner"));
        audit.record(null, "sign-in-link.create", owner.id());
        return LinkView.of(urls, signIn.newLink(owner.id()));
    }
}

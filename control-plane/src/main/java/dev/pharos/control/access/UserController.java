package dev.pharos.control.access;

import dev.pharos.control.access.SessionController.LinkView;
import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.tls.PublicUrls;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** People: whom owners invite, as what, and who is no longer welcome. */
@RestController
@RequestMapping("/api/v1/users")
@Needs(Role.OWNER)
class UserController {
    record NewUser(
            @NotNull
            @Pattern(
                    regexp = "[\\p{L}\\p{N}._@+-]{1,63}",
                    message = "must be 1 to 63 letters, digits or any of . _ @ + -")
            String name,

            @NotNull Role role) {}

    record UserChange(@NotNull Role role) {}

    /** {@code invitation} is shown once: whoever opens it is that user, and may then set a password. */
    @Schema(name = "User")
    record UserView(
            String id,
            String name,
            Role role,
            boolean hasPassword,
            Instant createdAt,
            @Nullable Instant lastSignInAt,
            @Nullable LinkView invitation) {
        static UserView of(User user) {
            return new UserView(
                    user.id(),
                    user.name(),
                    user.role(),
                    user.hasPassword(),
                    user.createdAt(),
                    user.lastSignInAt(),
                    null);
        }

        UserView with(LinkView link) {
            return new UserView(id, name, role, hasPassword, createdAt, lastSignInAt, link);
        }
    }

    private final Users users;
    private final SignIn signIn;
    private final Creations creations;
    private final PublicUrls urls;
    private final Audit audit;

    UserController(Users users, SignIn signIn, Creations creations, PublicUrls urls, Audit audit) {
        this.users = users;
        this.signIn = signIn;
        this.creations = creations;
        this.urls = urls;
        this.audit = audit;
    }

    @Needs(Role.AUDITOR)
    @GetMapping
    Page<UserView> list(@ParameterObject PageRequest page) {
        return Page.of(users.after(page.afterId(), page.like(), page.size() + 1), page.size(), User::id, UserView::of);
    }

    @Needs(Role.AUDITOR)
    @GetMapping("/{id}")
    ResponseEntity<UserView> get(@PathVariable String id) {
        User user = known(id);
        return EntityTags.tagged(user.version(), UserView.of(user));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<UserView> create(
            @Valid @RequestBody NewUser body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once("users", key, body, () -> create(body), UserView::id, id -> UserView.of(known(id)));
    }

    private UserView create(NewUser body) {
        if (users.named(body.name()).isPresent()) {
            throw Problem.taken("name", "is the name of another user");
        }
        UserView view = UserView.of(users.create(body.name(), body.role()));
        audit.record(null, "user.create", view.id(), null, view);
        return view.with(LinkView.of(urls, signIn.newLink(view.id())));
    }

    /** Another link, for a user who has lost the password or the first one. */
    @PostMapping("/{id}/invitation")
    @ResponseStatus(HttpStatus.CREATED)
    @Transactional
    LinkView invite(@PathVariable String id) {
        User user = known(id);
        audit.record(null, "user.invite", id);
        return LinkView.of(urls, signIn.newLink(user.id()));
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<UserView> change(
            @PathVariable String id,
            @Valid @RequestBody UserChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        User before = known(id);
        EntityTags.require(ifMatch, before.version());
        if (body.role() != Role.OWNER) {
            requireAnotherOwner(id);
        }
        users.giveRole(id, body.role());
        User after = known(id);
        audit.record(null, "user.change", id, UserView.of(before), UserView.of(after));
        return EntityTags.tagged(after.version(), UserView.of(after));
    }

    /** Ends the user's sessions too. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        User before = known(id);
        requireAnotherOwner(id);
        users.delete(id);
        audit.record(null, "user.delete", id, UserView.of(before), null);
    }

    private void requireAnotherOwner(String id) {
        if (!users.ownerLeftWithout(id)) {
            throw new Problem(HttpStatus.CONFLICT, "last-owner", "the last owner must stay one; make another first");
        }
    }

    private User known(String id) {
        return users.get(id).orElseThrow(() -> Problem.notFound("user " + id));
    }
}

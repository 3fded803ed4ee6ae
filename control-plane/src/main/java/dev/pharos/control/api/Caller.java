package dev.pharos.control.api;

import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who makes a request to the REST API.
 *
 * @param id of a user or an API token
 * @param label what people call it
 */
public record Caller(String id, String label, Role role) implements Principal {

    /** Empty outside of a request, and for whoever has shown no credential. */
    public static Optional<Caller> current() {
        @Nullable
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller
                ? Optional.of(caller)
                : Optional.empty();
    }

    /** What the record calls whoever acts: the id of a user or an API token, or {@code system} outside of a request. */
    public static String actor() {
        @Nullable
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "system" : authentication.getName();
    }

    @Override
    public String getName() {
        return id;
    }
}

package dev.pharos.control.api;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Who is asking. */
public final class Actor {
    private Actor() {}

    /** The id of an API token or session, or {@code system} outside of a request. */
    public static String current() {
        @Nullable
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "system" : authentication.getName();
    }
}

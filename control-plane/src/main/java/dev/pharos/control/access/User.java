package dev.pharos.control.access;

import dev.pharos.control.api.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who signs in.
 *
 * @param name unique, whatever its case
 * @param hasPassword false until an invitation was taken up with one
 */
public record User(
        String id,
        String name,
        Role role,
        boolean hasPassword,
        long version,
        Instant createdAt,
        @Nullable Instant lastSignInAt) {}

package dev.pharos.control.api;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Versions of editable resources as entity tags. */
public final class EntityTags {
    private EntityTags() {}

    public static <T> ResponseEntity<T> tagged(long version, T body) {
        return ResponseEntity.ok().eTag(tag(version)).body(body);
    }

    /** Refuses to edit another version than the one the caller has read. {@code *} is any version. */
    public static void require(@Nullable String ifMatch, long version) {
        if (ifMatch == null) {
            throw new Problem(
                    HttpStatus.PRECONDITION_REQUIRED,
                    "precondition-required",
                    "an edit names the version that it is of: send the ETag that was read as If-Match");
        }
        if (!ifMatch.equals("*") && !ifMatch.equals(tag(version))) {
            throw new Problem(
                    HttpStatus.PRECONDITION_FAILED,
                    "stale",
                    "the resource has changed since it was read; read it again (its version is now " + version + ")");
        }
    }

    private static String tag(long version) {
        return "\"" + version + "\"";
    }
}

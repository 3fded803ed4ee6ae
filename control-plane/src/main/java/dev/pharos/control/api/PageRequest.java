package dev.pharos.control.api;

import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;

/**
 * Which part of a list is wanted.
 *
 * @param limit 1 to 500; 100 when absent
 * @param cursor the {@code nextCursor} of the page before
 * @param q what the name must contain
 */
public record PageRequest(
        @Nullable Integer limit,
        @Nullable String cursor,
        @Nullable String q) {
    public PageRequest {
        if (limit != null && (limit < 1 || limit > 500)) {
            throw Problem.field("limit", "must be 1 to 500");
        }
    }

    public int size() {
        return limit == null ? 100 : limit;
    }

    /** One row more than is shown, which tells whether there is a next page. */
    public Limit rows() {
        return Limit.of(size() + 1);
    }

    public String after() {
        return cursor == null ? "" : cursor;
    }

    /** A {@code like} pattern for names. */
    public String like() {
        return q == null
                ? "%"
                : "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}

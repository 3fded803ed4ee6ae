package dev.pharos.control.api;

import java.util.regex.Pattern;
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
    private static final Pattern ID = Pattern.compile("[a-z]{2,8}_[0-9a-z]{26}");
    private static final Pattern INDEXED = Pattern.compile("[\\p{L}\\p{N}]{3}");
    private static final Pattern PLAIN = Pattern.compile(PlainText.PATTERN);

    public PageRequest {
        if (limit != null && (limit < 1 || limit > 500)) {
            throw Problem.field("limit", "must be 1 to 500");
        }
        if (q != null && !PLAIN.matcher(q).matches()) {
            throw Problem.field("q", "must not contain control or invisible characters");
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

    /** The id after which the page begins, in a list that is in the order of ids. */
    public String afterId() {
        String id = after();
        if (!id.isEmpty() && !ID.matcher(id).matches()) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        return id;
    }

    /** A {@code like} pattern for a table that grows for ever: only what its index of three letters each finds. */
    public String likeInRecord() {
        if (q != null && !q.isEmpty() && !INDEXED.matcher(q).find()) {
            throw Problem.field("q", "must have three letters or digits in a row");
        }
        return like();
    }

    /** A {@code like} pattern for names. */
    public String like() {
        return q == null
                ? "%"
                : "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}

package dev.pharos.control.api;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextCursor where the next page begins, or null on the last one
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** From rows in the order of their ids, of which one more than {@code limit} was asked for. */
    public static <R, T> Page<T> of(List<R> rows, int limit, Function<R, String> id, Function<R, T> view) {
        boolean more = rows.size() > limit;
        List<R> shown = more ? rows.subList(0, limit) : rows;
        return new Page<>(shown.stream().map(view).toList(), more ? id.apply(shown.getLast()) : null);
    }
}

package dev.pharos.agent.mesh;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The paths to one peer that have been heard, were tried, or could be; several are alive at once. */
final class Paths {
    private static final int MAX = 32;

    private final List<PathState> known = new ArrayList<>(4);
    private final Limits limits;

    Paths(Limits limits) {
        this.limits = limits;
    }

    List<PathState> all() {
        return known;
    }

    @Nullable
    PathState find(Path path) {
        for (PathState state : known) {
            if (state.path().equals(path)) {
                return state;
            }
        }
        return null;
    }

    /** The state of a path, listed from now on; the one unheard for longest makes room. */
    PathState of(Path path) {
        PathState found = find(path);
        if (found != null) {
            return found;
        }
        if (known.size() >= MAX) {
            limits.count(Limits.Limit.PATHS);
            PathState stalest = known.getFirst();
            for (PathState state : known) {
                stalest = state.lastHeard() < stalest.lastHeard() ? state : stalest;
            }
            known.remove(stalest);
        }
        PathState state = new PathState(path);
        known.add(state);
        return state;
    }

    /** Forgets paths; true when there were any. */
    boolean removeIf(Predicate<PathState> condition) {
        return known.removeIf(condition);
    }
}

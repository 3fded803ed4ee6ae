package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnPrefix;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which path carries the traffic of a tunnel: the one decision, a pure function of the evidence.
 *
 * <ul>
 *   <li>A path that fails (two probes unanswered and nothing heard) yields to any that answers; so does one whose end has
 *       moved, until it answers itself.
 *   <li>A relay yields to a direct path that answers. One that failed lately must answer steadily for a while first,
 *       so that a half broken network does not make the traffic jump.
 *   <li>A direct path outside the preferred ranges yields to one inside, never the other way round.
 *   <li>Among paths of one kind a clearly faster one wins, seldom.
 *   <li>A direct path that works is never left for a relay.
 * </ul>
 */
final class PathChoice {
    /** Unanswered probes in a row that make a path a failing one; 10 % loss must not. */
    static final int FAILING = 2;

    private static final long PATIENCE = Times.millis(150);
    private static final long PROVEN = Times.seconds(3);
    private static final long FORGIVEN = Times.seconds(60);
    private static final long STEADY = Times.millis(1500);
    private static final long DWELL = Times.seconds(10);
    private static final long CLEARLY = Times.millis(2);

    private PathChoice() {}

    /**
     * The path to use from now on.
     *
     * @param current the path in use, among {@code paths} or no longer
     * @param chosenAt when it was chosen
     * @param preferred underlay ranges whose direct paths are better than others
     * @return the path to use, {@code current} to stay
     */
    static @Nullable PathState choose(
            @Nullable PathState current,
            long chosenAt,
            Collection<PathState> paths,
            List<VpnPrefix> preferred,
            long now) {
        PathState best = current != null && paths.contains(current) ? current : null;
        for (PathState candidate : paths) {
            if (candidate != best && isProven(candidate, now) && isBetter(candidate, best, chosenAt, preferred, now)) {
                best = candidate;
            }
        }
        return best != null ? best : latestHeard(paths);
    }

    /** Probes that can not have been answered yet say nothing. */
    static boolean isFailing(PathState path, long now) {
        long patience = Math.max(PATIENCE, 2 * Math.max(0, path.roundTrip()));
        return path.unanswered() >= FAILING && now - path.unansweredSince() >= patience;
    }

    /** Whether a path that failed may be tried again where even trying has a cost. */
    static boolean mayReturnTo(PathState path, long now) {
        return now - path.lastFailure() > path.penance();
    }

    /**
     * Whether a path that failed should first show that something comes by it: a stock peer that is probed by a path goes
     * there, also when it is not heard from there any more. Its punches, which lighthouses ask it for, are such a sign.
     */
    static boolean needsSign(PathState path, long now) {
        return now - path.lastFailure() < FORGIVEN && path.lastHeard() < path.lastFailure();
    }

    private static boolean isProven(PathState path, long now) {
        return !isFailing(path, now) && !path.isDoubted() && now - path.lastAnswered() < PROVEN;
    }

    private static boolean isBetter(
            PathState candidate, @Nullable PathState best, long chosenAt, List<VpnPrefix> preferred, long now) {
        if (best == null || isFailing(best, now) || best.isDoubted()) {
            return true;
        }
        if (candidate.isDirect() != best.isDirect()) {
            return candidate.isDirect() && isTrustworthy(candidate, now);
        }
        if (isIn(preferred, candidate) != isIn(preferred, best)) {
            return isIn(preferred, candidate) && isTrustworthy(candidate, now);
        }
        return best.hasAnswered()
                && now - chosenAt > DWELL
                && candidate.roundTrip() + CLEARLY < best.roundTrip() * 4 / 5
                && isTrustworthy(candidate, now);
    }

    private static boolean isIn(List<VpnPrefix> preferred, PathState path) {
        return path.path() instanceof Path.Direct(UnderlayEndpoint endpoint) && RemoteOrder.isIn(preferred, endpoint);
    }

    private static boolean isTrustworthy(PathState path, long now) {
        return now - path.lastFailure() > FORGIVEN || now - path.answeringSince() > STEADY;
    }

    private static @Nullable PathState latestHeard(Collection<PathState> paths) {
        PathState latest = null;
        for (PathState path : paths) {
            if (latest == null || path.lastHeard() > latest.lastHeard()) {
                latest = path;
            }
        }
        return latest;
    }
}

package dev.pharos.agent.mesh;

/**
 * What is known about one path to a peer: when it was last heard, whether it answers, and how fast. The owner of a tunnel
 * notes what it hears, {@link #heard} and {@link #calm}; the rest is the mesh's.
 */
final class PathState {
    /** No round trip was measured yet. */
    static final long UNMEASURED = -1;

    private static final long FORGOTTEN = Times.seconds(180);
    private static final int MAX_FAILURES = 6;

    /** By no more than this one answer is later than what was measured before, as far as that is believed. */
    private static final long MOST_LATER = Times.SECOND;

    private final Path path;
    private volatile long lastHeard = Times.NEVER;
    private long lastAnswered = Times.NEVER;
    private long lastProbe = Times.NEVER;
    private long answeringSince = Times.NEVER;
    private long lastFailure = Times.NEVER;
    private int failures;
    private long roundTrip = UNMEASURED;
    private long unansweredSince;
    private volatile int unanswered;
    private int probes;
    private boolean doubted;
    private int largest = PathSizes.UNLIMITED;

    PathState(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    boolean isDirect() {
        return switch (path) {
            case Path.Direct direct -> true;
            case Path.Relayed relayed -> false;
        };
    }

    /** An authenticated packet came by this path. */
    void heard(long now) {
        if (lastHeard != now) {
            lastHeard = now;
        }
    }

    void probed(long now) {
        lastProbe = now;
        int before = unanswered;
        if (before == 0) {
            unansweredSince = now;
        }
        unanswered = before + 1;
        probes++;
    }

    /**
     * A probe that went out by this path was answered by this path: it works in both directions. Whoever keeps a probe and
     * lets it go ten seconds later must not make us as patient as that: a path that grew slow is believed so step by step.
     */
    void answered(long now, long sample) {
        if (unanswered > 1 || answeringSince == Times.NEVER) {
            answeringSince = now;
        }
        lastHeard = now;
        lastAnswered = now;
        doubted = false;
        unanswered = 0;
        probes = 0;
        long later = Math.min(sample - Math.max(0, roundTrip), MOST_LATER);
        roundTrip = roundTrip == UNMEASURED ? later : roundTrip + later / 4;
    }

    /** It carried traffic and fell silent. */
    void failed(long now) {
        failures = now - lastFailure > FORGOTTEN ? 1 : Math.min(failures + 1, MAX_FAILURES);
        lastFailure = now;
        answeringSince = Times.NEVER;
    }

    /** How long it should be left alone where even a probe has a cost: 2 s after one failure, twice that after the next. */
    long penance() {
        return Times.SECOND << failures;
    }

    long lastHeard() {
        return lastHeard;
    }

    long lastAnswered() {
        return lastAnswered;
    }

    long lastProbe() {
        return lastProbe;
    }

    /** Since when every probe was answered at the first or second try. */
    long answeringSince() {
        return answeringSince;
    }

    long lastFailure() {
        return lastFailure;
    }

    /** Smoothed, in nanoseconds, or {@link #UNMEASURED}. */
    long roundTrip() {
        return roundTrip;
    }

    /** Probes since the last answer or the last packet heard in {@link #calm}. */
    int unanswered() {
        return unanswered;
    }

    /** Probes since the last answer, whatever else was heard. */
    int probesInVain() {
        return probes;
    }

    /** When the first of those was sent; means nothing while there are none. */
    long unansweredSince() {
        return unansweredSince;
    }

    /** Traffic flows on it, so that unanswered probes say nothing. */
    void calm() {
        if (unanswered != 0) {
            unanswered = 0;
        }
    }

    /** One end has moved: until it answers anew, what was known of it is worth nothing, though it has not failed. */
    void doubt() {
        doubted = true;
    }

    boolean isDoubted() {
        return doubted;
    }

    /** What is lost when it is larger, bytes of an inner packet; {@link PathSizes#UNLIMITED} when nothing is known. */
    int largest() {
        return largest;
    }

    void carries(int atMost) {
        largest = atMost;
    }

    boolean hasAnswered() {
        return lastAnswered != Times.NEVER;
    }

    @Override
    public String toString() {
        return path + (roundTrip == UNMEASURED ? "" : " " + roundTrip / 1000 + " us");
    }
}

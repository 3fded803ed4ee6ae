package dev.pharos.lab.bench;

import java.util.function.DoubleFunction;

/** Finds the highest rate that is carried without more than a certain loss, by trying. */
final class RateSearch {
    private static final double TOLERATED = 0.01;
    private static final double CLOSE_ENOUGH = 1.06;
    private static final double SHORT_OF_WANTED = 0.95;
    private static final int TRIES = 9;

    private RateSearch() {}

    /**
     * What became of one try, in Mbit/s.
     *
     * @param sent less than was asked for when the sender is at its limit
     * @param lost from 0 to 1
     */
    record Try(double sent, double lost) {
        double delivered() {
            return sent * (1 - lost);
        }
    }

    /**
     * Doubles or halves from a first guess until the highest rate lies between two tries, then halves the ratio of the two.
     *
     * @param guess Mbit/s
     * @param tried offers that many Mbit/s and says what became of it
     * @return what was delivered in the best try, Mbit/s; 0 when there was none
     */
    static double highest(double guess, DoubleFunction<Try> tried) {
        double carried = 0;
        double tooMuch = Double.POSITIVE_INFINITY;
        double best = 0;
        double next = guess;
        for (int i = 0; i < TRIES && tooMuch / carried > CLOSE_ENOUGH; i++) {
            Try outcome = tried.apply(next);
            if (outcome.lost() > TOLERATED) {
                tooMuch = Math.min(tooMuch, next);
            } else {
                carried = Math.max(carried, next);
                best = Math.max(best, outcome.delivered());
                if (outcome.sent() < next * SHORT_OF_WANTED) {
                    return best;
                }
            }
            next = carried == 0
                    ? tooMuch / 2
                    : Double.isInfinite(tooMuch) ? carried * 1.5 : Math.sqrt(carried * tooMuch);
        }
        return best;
    }
}

package dev.pharos.protocol.bundle;

import java.util.Comparator;

/**
 * Which state of a network a bundle says. Ordered by epoch, then number.
 *
 * @param epoch the Unix second at which the network was made, restored or its database promoted
 * @param number counts up within an epoch
 */
public record Revision(long epoch, long number) implements Comparable<Revision> {
    private static final Comparator<Revision> ORDER =
            Comparator.comparingLong(Revision::epoch).thenComparingLong(Revision::number);

    public Revision {
        if (epoch < 0 || number < 0) {
            throw new IllegalArgumentException("a revision is not negative");
        }
    }

    @Override
    public int compareTo(Revision other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return epoch + "." + number;
    }
}

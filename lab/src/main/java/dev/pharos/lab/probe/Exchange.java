package dev.pharos.lab.probe;

import dev.pharos.lab.net.Namespace;
import java.time.Duration;

/** Traffic between two machines every 20 ms in both directions: the second answers once the first has reached it. */
public final class Exchange implements AutoCloseable {
    private final OneWay there;
    private final OneWay back;

    private Exchange(OneWay there, OneWay back) {
        this.there = there;
        this.back = back;
    }

    /** Begins: from now on {@code first} sends to {@code second}. */
    public static Exchange begin(
            Namespace first, String firstAddress, Namespace second, String secondAddress, int port) {
        OneWay back = OneWay.open(second, first, firstAddress, port, () -> {});
        OneWay there = OneWay.open(first, second, secondAddress, port, back::send);
        there.send();
        return new Exchange(there, back);
    }

    /** From the first datagram sent to the first that came back; the longest possible while none has. */
    public Duration firstReply() {
        long answered = back.firstArrivalSince(0);
        return answered == Long.MAX_VALUE ? FOREVER : Duration.ofNanos(answered - there.begun());
    }

    /** When it began. */
    public long begun() {
        return there.begun();
    }

    /** The longest time that either end had to do without, in a gap that ended after {@code since}. */
    public Duration longestGap(long since) {
        Duration one = there.longestGap(since);
        Duration other = back.longestGap(since);
        return one.compareTo(other) > 0 ? one : other;
    }

    /** How long after {@code since} both ends had heard something; the longest possible while one has not. */
    public Duration bothHeardAfter(long since) {
        long later = Math.max(there.firstArrivalSince(since), back.firstArrivalSince(since));
        return later == Long.MAX_VALUE ? FOREVER : Duration.ofNanos(later - since);
    }

    /** Datagrams of both directions, sent between two times, that have not arrived. */
    public long lost(long from, long to) {
        return there.lost(from, to) + back.lost(from, to);
    }

    @Override
    public void close() {
        there.close();
        back.close();
    }

    /** What did not happen took this long. */
    public static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);
}

package dev.pharos.agent.mesh;

import java.util.PriorityQueue;

/**
 * What is due when. Timers that fall on the same instant run in the order they were set, so that a run is the same each
 * time. A timer that was moved or cancelled leaves a dead entry behind, which is dropped when it surfaces.
 */
final class TimerQueue {

    /** Something to do at an instant; set again and again, at most one instant at a time. */
    static final class Timer {
        private final Action action;
        private long due = Times.FOREVER;
        private long entry;

        Timer(Action action) {
            this.action = action;
        }

        boolean isSet() {
            return due != Times.FOREVER;
        }

        long due() {
            return due;
        }
    }

    /** What a timer does. */
    @FunctionalInterface
    interface Action {
        void run(long now);
    }

    private record Entry(Timer timer, long due, long number) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(number, other.number);
        }

        boolean isLive() {
            return timer.entry == number && timer.due == due;
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long numbers;

    /** Sets or moves a timer. */
    void set(Timer timer, long due) {
        if (timer.due == due) {
            return;
        }
        timer.due = due;
        timer.entry = ++numbers;
        entries.add(new Entry(timer, due, timer.entry));
    }

    /** Sets a timer unless it is set for an earlier instant. */
    void setNoLater(Timer timer, long due) {
        if (due < timer.due) {
            set(timer, due);
        }
    }

    void cancel(Timer timer) {
        timer.due = Times.FOREVER;
    }

    /** Timers that are set, and dead entries that have not surfaced yet. */
    int size() {
        return entries.size();
    }

    /** The next instant at which something is due, {@link Times#FOREVER} for none. */
    long next() {
        Entry head = entries.peek();
        while (head != null && !head.isLive()) {
            entries.poll();
            head = entries.peek();
        }
        return head == null ? Times.FOREVER : head.due;
    }

    /** Runs all that is due; what an action sets for now or earlier runs in the next call. */
    void run(long now) {
        long last = numbers;
        while (next() <= now) {
            Entry entry = entries.element();
            if (entry.number > last) {
                return;
            }
            entries.poll();
            entry.timer.due = Times.FOREVER;
            entry.timer.action.run(now);
        }
    }
}

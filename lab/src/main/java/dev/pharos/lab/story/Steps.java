package dev.pharos.lab.story;

import dev.pharos.lab.run.LabException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells each step of a story in one line, with the seconds it took; after one that failed, none is tried any more. A step
 * that takes long says every few seconds, behind three dots, that it is still at it.
 */
public final class Steps {
    private static final Duration QUIET = Duration.ofSeconds(4);

    private final PrintStream out;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("still-at-it").factory());
    private final long begun = System.nanoTime();
    private boolean failed;
    private volatile boolean abandoned;

    public Steps(PrintStream out) {
        this.out = out;
    }

    /** Does a step whose outcome needs no words. */
    public void step(String what, Runnable action) {
        step(what, () -> {
            action.run();
            return "";
        });
    }

    /** Does a step that returns what there is to say of it; more than one line goes below the step's own. */
    public void step(String what, Supplier<String> action) {
        if (failed) {
            return;
        }
        long start = System.nanoTime();
        try {
            tell("ok", start, what, watched(what, start, action));
        } catch (LabException e) {
            failed = true;
            tell("FAILED", start, what, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Does the step without which there can be no other, and returns what it made.
     *
     * @throws LabException when it fails, untold: nobody can go on from there
     */
    public <T> T first(String what, Supplier<T> action) {
        long start = System.nanoTime();
        T made = watched(what, start, action);
        tell("ok", start, what, "");
        return made;
    }

    /** The last line. Returns whether every step succeeded. */
    public boolean end() {
        heart.shutdownNow();
        tell(failed ? "FAILED" : "ok", begun, "the whole story", "");
        return !failed;
    }

    /** Says nothing from now on: whoever watched has ended the story, and what fails because of that is no news. */
    public void abandon() {
        abandoned = true;
    }

    private <T> T watched(String what, long start, Supplier<T> action) {
        ScheduledFuture<?> underWay = heart.scheduleAtFixedRate(
                () -> tell("...", start, what, ""), QUIET.toMillis(), QUIET.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return action.get();
        } finally {
            underWay.cancel(false);
        }
    }

    private synchronized void tell(String mark, long start, String what, String outcome) {
        if (abandoned) {
            return;
        }
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        boolean below = outcome.contains("\n");
        String behind = outcome.isEmpty() || below ? "" : ": " + outcome;
        out.println(String.format(Locale.ROOT, "%-6s %6.1f s  %s%s", mark, seconds, what, behind));
        if (below) {
            out.println(outcome.stripTrailing().indent(18).stripTrailing());
        }
        out.flush();
    }
}

package dev.pharos.lab.story;

import dev.pharos.lab.run.LabException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Tells each step of a story in one line, with the seconds it took; after one that failed, none is tried any more. */
public final class Steps {
    private final PrintStream out;
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
            String outcome = action.get();
            tell("ok", start, what, outcome);
        } catch (LabException e) {
            failed = true;
            tell("FAILED", start, what, String.valueOf(e.getMessage()));
        }
    }

    /** The last line. Returns whether every step succeeded. */
    public boolean end() {
        tell(failed ? "FAILED" : "ok", begun, "the whole story", "");
        return !failed;
    }

    /** Says nothing from now on: whoever watched has ended the story, and what fails because of that is no news. */
    public void abandon() {
        abandoned = true;
    }

    private void tell(String mark, long start, String what, String outcome) {
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

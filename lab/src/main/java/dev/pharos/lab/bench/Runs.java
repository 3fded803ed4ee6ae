package dev.pharos.lab.bench;

import dev.pharos.lab.run.Run;
import java.util.ArrayList;
import java.util.List;

/** Runs that end together. */
final class Runs implements AutoCloseable {
    private final List<Run> begun = new ArrayList<>();

    /** One more. */
    Run begin() {
        Run run = Run.begin();
        begun.add(run);
        return run;
    }

    /** Ends every one of them, and only then fails if one could not be ended. */
    @Override
    public void close() {
        List<RuntimeException> failures = new ArrayList<>();
        for (Run run : begun.reversed()) {
            try {
                run.close();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException failure = failures.removeFirst();
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}

package dev.pharos.lab.pauses;

import java.util.Optional;

/**
 * A line of the report: what was measured, and where that broke the promise, what the same part showed when it was
 * measured again.
 */
public record Line(Pause first, Optional<Pause> again) {
    /** Whether the promise was kept: a busy machine may break it once, a defect does so again. */
    public boolean kept() {
        return first.kept() || again.filter(Pause::kept).isPresent();
    }

    private String judgement() {
        if (first.kept()) {
            return "yes";
        }
        return kept() ? "the second time" : "**no**";
    }

    /** In Markdown. */
    String markdown() {
        return "| %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        first.event(),
                        first.farEnd(),
                        first.promise(),
                        first.result(),
                        again.map(Pause::result).orElse(""),
                        judgement());
    }
}

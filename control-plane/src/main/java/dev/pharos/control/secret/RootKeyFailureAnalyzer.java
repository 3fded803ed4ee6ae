package dev.pharos.control.secret;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a wrong root key as one paragraph instead of a stack trace. */
final class RootKeyFailureAnalyzer extends AbstractFailureAnalyzer<RootKeyException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RootKeyException cause) {
        return new FailureAnalysis(cause.getMessage(), "Restore the root key from where you keep its copy.", cause);
    }
}

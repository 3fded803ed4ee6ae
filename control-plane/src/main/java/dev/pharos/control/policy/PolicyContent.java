package dev.pharos.control.policy;

import dev.pharos.control.policy.Firewall.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a policy says, whichever policy it is. */
record PolicyContent(
        String name,
        List<String> from,
        List<String> to,
        List<Allow> allow,
        boolean enabled,
        boolean restrictsEgress,
        List<PolicyTest> tests) {
    PolicyContent {
        from = List.copyOf(from);
        to = List.copyOf(to);
        allow = List.copyOf(allow);
        tests = List.copyOf(tests);
    }

    /** As somebody writes it: enabled, and without tests or a restriction of egress, unless it says otherwise. */
    static PolicyContent asWritten(
            String name,
            List<String> from,
            List<String> to,
            List<Allow> allow,
            @Nullable Boolean enabled,
            @Nullable Boolean restrictsEgress,
            @Nullable List<PolicyTest> tests) {
        return new PolicyContent(
                name,
                from,
                to,
                allow,
                enabled == null || enabled,
                Boolean.TRUE.equals(restrictsEgress),
                tests == null ? List.of() : tests);
    }

    Statement statement() {
        return Statement.of(from, to, allow, restrictsEgress);
    }
}

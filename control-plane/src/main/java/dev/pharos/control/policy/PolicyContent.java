package dev.pharos.control.policy;

import dev.pharos.control.policy.Firewall.Statement;
import java.util.List;

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

    Statement statement() {
        return Statement.of(from, to, allow, restrictsEgress);
    }
}

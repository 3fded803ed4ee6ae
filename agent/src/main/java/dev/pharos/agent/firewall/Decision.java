package dev.pharos.agent.firewall;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the firewall would do, and why.
 *
 * @param rule the one that allows it; empty when refused
 * @param index its place in the list of its direction, from 0
 */
public record Decision(Verdict verdict, Optional<Rule> rule, OptionalInt index) {
    static Decision refused(Verdict why) {
        return new Decision(why, Optional.empty(), OptionalInt.empty());
    }

    static Decision allowedBy(Rule rule, int index) {
        return new Decision(Verdict.ALLOWED, Optional.of(rule), OptionalInt.of(index));
    }
}

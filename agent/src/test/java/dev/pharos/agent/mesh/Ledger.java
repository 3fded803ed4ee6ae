package dev.pharos.agent.mesh;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every line that is said in a simulation, and what became of it. Objects to a delivery that must not be: of a line that
 * was heard before, by another host than it was meant for, in another one's name, or of a host that is not wanted.
 */
final class Ledger implements SimulatedHost.Judge {

    /** Lines about one thing between two hosts; it is done when each has heard of it from the other. */
    static final class Talk {
        private final SimulatedHost one;
        private final SimulatedHost two;
        private final long begun;
        private boolean heardByOne;
        private boolean heardByTwo;
        private long done = Times.NEVER;

        Talk(SimulatedHost one, SimulatedHost two, long begun) {
            this.one = one;
            this.two = two;
            this.begun = begun;
        }

        boolean isDone() {
            return done != Times.NEVER;
        }

        long took() {
            return done - begun;
        }

        boolean wasHeardBy(SimulatedHost host) {
            return host == one ? heardByOne : heardByTwo;
        }

        private void heardBy(SimulatedHost host, long now) {
            heardByOne |= host == one;
            heardByTwo |= host == two;
            if (heardByOne && heardByTwo && !isDone()) {
                done = now;
            }
        }

        @Override
        public String toString() {
            return one + (heardByTwo ? " > " : " x ") + two + (heardByOne ? "" : ", no answer");
        }
    }

    private record Line(
            SimulatedHost from, SimulatedHost to, @Nullable Talk about) {}

    private final Internet internet;
    private final List<Line> lines = new ArrayList<>();
    private final BitSet delivered = new BitSet();
    private final Map<SimulatedHost, Boolean> unwanted = new HashMap<>();
    private final Set<String> objections = new HashSet<>();

    Ledger(Internet internet) {
        this.internet = internet;
    }

    /** From now on nothing of this host may be delivered to anyone. */
    void forbid(SimulatedHost host) {
        unwanted.put(host, true);
    }

    void say(SimulatedHost from, SimulatedHost to, @Nullable Talk about) {
        int number = lines.size();
        lines.add(new Line(from, to, about));
        from.say(to.address(), "line " + number);
    }

    @Override
    public void delivered(SimulatedHost to, Tunnel from, String text) {
        int number = Integer.parseInt(text.substring("line ".length()));
        Line line = lines.get(number);
        object(delivered.get(number), line, "was delivered twice", from);
        object(line.to() != to, line, "was delivered to " + to, from);
        object(!from.addresses().contains(line.from().address()), line, "came in another one's name", from);
        object(unwanted.containsKey(line.from()), line, "is of a host that nobody may hear", from);
        delivered.set(number);
        if (line.about() != null) {
            line.about().heardBy(to, internet.now());
        }
    }

    private void object(boolean wrong, Line line, String why, Tunnel by) {
        if (wrong) {
            objections.add(line.from() + " to " + line.to() + ": " + why + ", by " + by);
        }
    }

    /** What was delivered and should not have been. */
    Set<String> objections() {
        return objections;
    }
}

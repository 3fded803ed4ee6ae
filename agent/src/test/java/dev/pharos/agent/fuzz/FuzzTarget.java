package dev.pharos.agent.fuzz;

import java.util.List;

/** One parser that meets bytes from outside, or several of a kind, to be fed with anything. */
public interface FuzzTarget {
    /**
     * Reads the input. Answering and refusing, by {@link Refused}, are both fine; whatever else is thrown is a finding.
     */
    void run(byte[] input) throws Refused;

    /** Inputs to begin with, where the kept corpus has none yet. */
    List<byte[]> seeds();

    /** Instrumented beside our own packages: the parsers of others that ours stand on. */
    default String libraries() {
        return "";
    }

    /** The one typed refusal that a parser may end with. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        public Refused(Exception cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }

    /** Something that must hold for every input does not. */
    static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}

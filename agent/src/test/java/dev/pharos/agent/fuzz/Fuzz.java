package dev.pharos.agent.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Where the fuzzer enters. It feeds the target named by the system property {@code pharos.fuzz.target}, or, without one,
 * all of them: the first byte of the input then chooses.
 */
public final class Fuzz {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Of one run, exceptions with their stack traces, and what a simulated network does in the meantime, included. */
    private static final long ALLOCATION = 4 << 20;

    /** For each byte of input. */
    private static final long ALLOCATION_RATE = 2_000;

    private static final int REPEATS = 5;

    private static final List<FuzzTarget> CHOSEN = chosen(System.getProperty("pharos.fuzz.target", ""));

    private Fuzz() {}

    private static List<FuzzTarget> chosen(String name) {
        return Targets.ALL.entrySet().stream()
                .filter(entry -> name.isEmpty() || entry.getKey().equals(name))
                .map(entry -> entry.getValue().get())
                .toList();
    }

    /** Called by Jazzer for every input. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (CHOSEN.size() == 1) {
            run(CHOSEN.getFirst(), input);
        } else if (input.length > 0) {
            run(CHOSEN.get((input[0] & 0xff) % CHOSEN.size()), Arrays.copyOfRange(input, 1, input.length));
        }
    }

    /**
     * Runs a target and sees to it that it does not allocate out of proportion to the input. What a parser itself allocates,
     * it allocates each time; what came of classes that were loaded, linked and instrumented on the way is gone after a few.
     */
    static void run(FuzzTarget target, byte[] input) {
        long limit = ALLOCATION + ALLOCATION_RATE * input.length;
        long least = allocated(target, input);
        for (int again = 0; again < REPEATS && least > limit; again++) {
            least = Math.min(least, allocated(target, input));
        }
        FuzzTarget.require(least <= limit, least + " bytes allocated for an input of " + input.length);
    }

    private static long allocated(FuzzTarget target, byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            target.run(input);
        } catch (FuzzTarget.Refused e) {
            String reason = e.getMessage();
            FuzzTarget.require(reason != null && !reason.isBlank(), "a refusal without a reason");
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}

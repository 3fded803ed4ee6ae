package dev.pharos.lab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTicks field 22 of {@code /proc/PID/stat}: clock ticks since boot
 */
record ProcessId(long pid, long startTicks) {
    private static final int START_TIME_AFTER_COMMAND = 19;

    /** The process with that number, if there is one that has not ended. */
    static Optional<ProcessId> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean ended = fields[0].equals("Z") || fields[0].equals("X");
            return ended
                    ? Optional.empty()
                    : Optional.of(new ProcessId(pid, Long.parseLong(fields[START_TIME_AFTER_COMMAND])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /** Asks the process to end, and ends it when it has not done so in time. Does nothing when it is gone. */
    void end(Duration grace) {
        signal(ProcessHandle::destroy);
        if (!Await.holdsWithin(grace, () -> !alive())) {
            signal(ProcessHandle::destroyForcibly);
            Await.until("process " + pid + " to end", Duration.ofSeconds(5), () -> !alive());
        }
    }

    private void signal(Consumer<ProcessHandle> sender) {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(sender);
        }
    }
}

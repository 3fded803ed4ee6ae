package dev.pharos.lab.bench;

import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What processes have used so far, as the kernel counts it. */
final class ProcessFigures {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TIME_AFTER_COMMAND = 11;

    private ProcessFigures() {}

    /** Seconds of processor time of all of them together, in user space and in the kernel. */
    static double processorSeconds(List<Daemon> processes) {
        return processorTicks(processes) / TICKS_PER_SECOND;
    }

    /** The same in the clock ticks of {@link CpuTimes}. */
    static long processorTicks(List<Daemon> processes) {
        return processes.stream()
                .mapToLong(process -> {
                    String stat = read(process, "stat");
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    return Long.parseLong(fields[USER_TIME_AFTER_COMMAND])
                            + Long.parseLong(fields[USER_TIME_AFTER_COMMAND + 1]);
                })
                .sum();
    }

    /** Megabytes in memory of the one that has most. */
    static double residentMegabytes(List<Daemon> processes) {
        return processes.stream()
                        .mapToLong(process -> read(process, "status")
                                .lines()
                                .filter(line -> line.startsWith("VmRSS:"))
                                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                                .findFirst()
                                .orElseThrow())
                        .max()
                        .orElseThrow()
                * 1024
                / 1e6;
    }

    private static String read(Daemon process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new LabException("a process of the tunnel has ended; its last lines:\n" + process.tail(), e);
        }
    }
}

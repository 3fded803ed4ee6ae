package dev.pharos.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the machine's processors have done since boot, in clock ticks of all processors together.
 *
 * @param busy in processes and in the kernel
 * @param stolen while the machine would have run and its host ran something else
 * @param total everything, idle time included
 */
public record CpuTimes(long busy, long stolen, long total) {
    /** Shares of the time between two looks, from 0 to 1. */
    public record Shares(double busy, double stolen) {}

    /** Now. */
    public static CpuTimes now() {
        try {
            return parse(Files.readString(Path.of("/proc/stat")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. */
    static CpuTimes parse(String stat) {
        String[] fields = stat.substring(0, stat.indexOf('\n')).split(" +", -1);
        long[] ticks = new long[8];
        for (int i = 0; i < ticks.length; i++) {
            ticks[i] = Long.parseLong(fields[i + 1]);
        }
        long busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
        return new CpuTimes(busy, ticks[7], busy + ticks[7] + ticks[3] + ticks[4]);
    }

    /** The same, but for what some processes have used so far, which therefore counts as idle time. */
    CpuTimes without(long ticks) {
        return new CpuTimes(busy - ticks, stolen, total);
    }

    /** What happened between an earlier look and this one; never below zero, whatever the kernel counts where. */
    public Shares since(CpuTimes before) {
        double time = Math.max(1, total - before.total);
        return new Shares(Math.max(0, busy - before.busy) / time, (stolen - before.stolen) / time);
    }
}

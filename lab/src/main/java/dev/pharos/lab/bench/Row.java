package dev.pharos.lab.bench;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What is measured, in the order of the table. */
public enum Row {
    /** Of a tunnel that has carried nothing yet; those below are measured after it. */
    TCP_FRESH("TCP, first 5 s", "Mbit/s", 0, Better.HIGHER),
    TCP_1("TCP, 1 stream", "Mbit/s", 0, Better.HIGHER),
    TCP_4("TCP, 4 streams", "Mbit/s", 0, Better.HIGHER),
    /** Delivered at the highest offered rate of which at most one in a hundred is lost. */
    UDP("UDP 1200 B, at most 1 % lost", "Mbit/s", 0, Better.HIGHER),
    /** Delivered of more than anyone carries. */
    SMALL("UDP 64 B", "packets/s", 0, Better.HIGHER),
    PING("ping, idle", "ms", 3, Better.LOWER),
    /** Of all processes of the tunnel together, while one TCP stream runs. */
    CPU("processor time", "s/GB", 2, Better.LOWER),
    /** Of the process that has most, right after the round's last four TCP streams. */
    RSS_LOADED("memory under load", "MB", 0, Better.LOWER),
    RSS_IDLE("memory idle", "MB", 0, Better.LOWER),
    /** From the start of one side's process, while the other side is up, to the first answered echo request. */
    FIRST_REPLY("start to first reply", "s", 2, Better.LOWER);

    /** Which way a figure should go. */
    public enum Better {
        HIGHER,
        LOWER
    }

    private final String title;
    private final String unit;
    private final int decimals;
    private final Better better;

    Row(String title, String unit, int decimals, Better better) {
        this.title = title;
        this.unit = unit;
        this.decimals = decimals;
        this.better = better;
    }

    /** Everything. */
    static Set<Row> all() {
        return EnumSet.allOf(Row.class);
    }

    /** What it is called in tables and charts. */
    public String title() {
        return title;
    }

    /** Such as {@code Mbit/s}. */
    public String unit() {
        return unit;
    }

    /** Which way its figures should go. */
    Better better() {
        return better;
    }

    /** A figure, with as many decimals as it deserves. */
    String format(double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value).replace(',', ' ');
    }
}

package dev.pharos.lab.bench;

import dev.pharos.lab.run.Run;
import java.util.Set;

/** One way to carry packets between two machines. */
interface Contender {
    /** What it is called in the table. */
    String name();

    /** What is measured of it. */
    Set<Row> rows();

    /** Makes two machines and joins them; everything goes with the run. */
    Tunnel open(Run run);
}

package dev.pharos.lab.interop;

import dev.pharos.lab.interop.Cell.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The outcome of a run as a table: a line for each setting, a column for each role of our agent. */
final class InteropTable {
    private static final String ABOUT = """
        # Interop with stock nebula

        Written by `./pharos test --full`, from its run. Each cell is a network of its own: a lighthouse, a relay and two
        clients that cannot reach each other directly. Our agent is one of them, as the column says; the others are stock
        daemons of that version, with keys and certificates by its own `nebula-cert`. Clients, relay and lighthouse ping
        each other, the clients through the relay in both directions; as client, our agent opens a direct tunnel, and the
        relayed one is opened to it.

        With `both`, our agent holds a version 1 and a version 2 certificate on one key; so do stock hosts from 1.10 on,
        the older ones hold version 1. Stock 1.6.1 knows no P256, and neither it nor 1.9.3 version 2.

        | stock | certificates | curve | cipher | client | lighthouse | relay |
        |---|---|---|---|---|---|---|
        """;

    private InteropTable() {}

    static String of(List<Cell> cells, Map<Cell, String> outcomes) {
        return ABOUT
                + cells.stream()
                        .filter(cell -> cell.role() == Role.CLIENT)
                        .map(cell -> head(cell) + columns(cell, outcomes) + "\n")
                        .collect(Collectors.joining());
    }

    /** The beginning of a cell's line. */
    static String head(Cell cell) {
        return "| " + cell.version() + " | " + cell.choices().get(2) + " | "
                + cell.choices().get(3) + " | " + cell.cipher() + " |";
    }

    private static String columns(Cell cell, Map<Cell, String> outcomes) {
        return Arrays.stream(Role.values())
                .map(role -> new Cell(cell.version(), role, cell.certificates(), cell.curve(), cell.cipher()))
                .map(each -> " " + outcomes.getOrDefault(each, "–") + " |")
                .collect(Collectors.joining());
    }
}

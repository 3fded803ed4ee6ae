package dev.pharos.lab.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which cells are run. */
final class Cells {
    /** The cells that have to be there, one a line; a cell that is taken out of it is a promise taken back. */
    static final Path EXPECTED = Path.of("src/test/resources/interop-cells.txt");

    private Cells() {}

    static List<Cell> expected() throws IOException {
        return Files.readAllLines(EXPECTED).stream().map(Cell::parse).toList();
    }

    /** A few of the cells that try every two choices together which any of them tries: the next is the one that adds most. */
    static List<Cell> pairwise(List<Cell> cells) {
        Set<String> open = cells.stream().flatMap(Cell::pairs).collect(Collectors.toCollection(HashSet::new));
        List<Cell> chosen = new ArrayList<>();
        while (!open.isEmpty()) {
            Cell next = cells.stream()
                    .max(Comparator.comparingLong(
                            cell -> cell.pairs().filter(open::contains).count()))
                    .orElseThrow();
            next.pairs().forEach(open::remove);
            chosen.add(next);
        }
        return chosen;
    }
}

package dev.pharos.lab.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the cells of the matrix, several networks at a time: a set that covers all pairs of choices, or with
 * {@code -Dpharos.full=true} every one, which also writes {@code INTEROP.md}.
 */
class InteropIT {
    /** Each network has four daemons that mostly wait for each other. */
    private static final int AT_A_TIME = 4;

    private static final boolean FULL = Boolean.getBoolean("pharos.full");
    private static final String NEWEST = "1.11.0";

    private static final StockArchive ARCHIVE = new StockArchive();
    private static final Map<Cell, String> OUTCOMES = new LinkedHashMap<>();
    private static List<Cell> cells = List.of();
    private static ExecutorService networks = Executors.newFixedThreadPool(AT_A_TIME);

    @BeforeAll
    static void chooseTheCells() throws Exception {
        cells = FULL ? Cells.expected() : Cells.pairwise(Cells.expected());
    }

    @AfterAll
    static void writeTheTable() throws Exception {
        networks.shutdownNow();
        Files.writeString(Path.of("target/interop.md"), InteropTable.of(Cells.expected(), OUTCOMES));
        if (FULL && OUTCOMES.keySet().containsAll(Cells.expected())) {
            Files.writeString(Path.of("INTEROP.md"), InteropTable.of(Cells.expected(), OUTCOMES));
        }
    }

    @TestFactory
    Stream<DynamicTest> everyPairOfHostsAnswersInBothDirections() {
        List<Cell> possible = cells.stream().filter(InteropIT::available).toList();
        Map<Cell, Future<?>> running = new LinkedHashMap<>();
        possible.forEach(cell -> running.put(cell, networks.submit(() -> prove(cell))));
        return running.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey().toString(), () -> {
                    OUTCOMES.put(entry.getKey(), "failed");
                    entry.getValue().get();
                    OUTCOMES.put(entry.getKey(), "ok");
                }));
    }

    /** What the archive no longer has is nobody's fault in an ordinary run, but no whole matrix either. */
    @Test
    void everyStockVersionIsStillToBeHad() {
        List<String> gone = new ArrayList<>(Cell.VERSIONS);
        gone.removeIf(version -> ARCHIVE.find(version).isPresent());
        gone.forEach(
                version -> System.out.println("stock nebula " + version + " is not to be had: its cells are left out"));

        assertThat(FULL ? gone : List.of()).isEmpty();
    }

    private static boolean available(Cell cell) {
        return ARCHIVE.find(cell.version()).isPresent()
                && (cell.certificates() == Cell.Certificates.V1
                        || ARCHIVE.find(NEWEST).isPresent());
    }

    private static Void prove(Cell cell) throws Exception {
        StockRelease stock = ARCHIVE.find(cell.version()).orElseThrow();
        Optional<StockRelease> newest = ARCHIVE.find(NEWEST);
        try (Run run = Run.begin()) {
            new CellNetwork(run, cell, stock, newest.orElse(stock)).prove();
        }
        return null;
    }
}

package dev.pharos.lab.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CellsTests {
    @Test
    void theCommittedListHoldsEveryCellThatStockNebulaSupports() throws Exception {
        assertThat(Cells.expected()).containsExactlyElementsOf(Cell.all());
    }

    @Test
    void thePairwiseSetTriesEveryTwoChoicesTogetherThatTheWholeTries() throws Exception {
        var whole = Cells.expected();
        var few = Cells.pairwise(whole);

        assertThat(few.stream().flatMap(Cell::pairs).collect(Collectors.toSet()))
                .isEqualTo(whole.stream().flatMap(Cell::pairs).collect(Collectors.toSet()));
        assertThat(few).hasSizeLessThan(20);
    }

    @Test
    void theCommittedTableHasALineForEveryCell() throws Exception {
        String table = Files.readString(Path.of("INTEROP.md"));

        assertThat(Cells.expected()).allSatisfy(cell -> assertThat(table).contains(InteropTable.head(cell)));
    }
}

package dev.pharos.lab.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
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
    void theCommittedTableIsThatOfARunInWhichEveryCellHeld() throws Exception {
        Map<Cell, String> allGood = Cells.expected().stream().collect(Collectors.toMap(Function.identity(), _ -> "ok"));

        assertThat(Path.of("INTEROP.md")).hasContent(InteropTable.of(Cells.expected(), allGood));
    }
}

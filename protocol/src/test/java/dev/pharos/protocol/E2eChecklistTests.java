package dev.pharos.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/e2e-checklist.md} names for each of nebula's end-to-end tests a counterpart that there is. */
class E2eChecklistTests {
    /** How many tests nebula's folder {@code e2e} held when the list was made. */
    private static final int TESTS = 50;

    private static final Pattern ROW = Pattern.compile("\\| `(Test\\w+)` \\| ([^|]*) \\|");

    @Test
    void everyTestHasARowAndNoCellIsBlank() throws IOException {
        List<MatchResult> rows = rows();
        assertThat(rows.stream().map(row -> row.group(1))).hasSize(TESTS).doesNotHaveDuplicates();
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.group(2))
                        .as("counterparts of %s", row.group(1))
                        .matches(NamedTests.CELL));
    }

    @Test
    void everyNamedCounterpartExists() throws IOException {
        NamedTests.assertExist(rows().stream().map(row -> row.group(2)).toList());
    }

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(NamedTests.ROOT.resolve("docs/e2e-checklist.md")))
                .results()
                .toList();
    }
}

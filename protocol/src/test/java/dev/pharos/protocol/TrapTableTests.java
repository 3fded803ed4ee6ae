package dev.pharos.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/traps.md} names for each trap of the protocol a test that there is, or the issue that will bring it. */
class TrapTableTests {
    private static final int TRAPS = 17;
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| ([^|]+) \\| ([^|]*) \\|");

    @Test
    void everyTrapHasARow() throws IOException {
        assertThat(rows().map(row -> Integer.valueOf(row.group(1))))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, TRAPS).boxed().toList());
    }

    @Test
    void noCellIsBlank() throws IOException {
        assertThat(rows())
                .allSatisfy(row -> assertThat(row.group(3))
                        .as("tests of trap %s", row.group(1))
                        .matches(NamedTests.CELL));
    }

    @Test
    void everyNamedTestExists() throws IOException {
        NamedTests.assertExist(rows().map(row -> row.group(3)).toList());
    }

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(NamedTests.ROOT.resolve("docs/traps.md")))
                .results();
    }
}

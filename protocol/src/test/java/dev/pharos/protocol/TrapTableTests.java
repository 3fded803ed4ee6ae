package dev.pharos.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/traps.md} names for each trap of the protocol a test that there is, or the issue that will bring it. */
class TrapTableTests {
    private static final Path ROOT = Path.of("..");
    private static final int TRAPS = 17;
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| ([^|]+) \\| ([^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern TEST = Pattern.compile("@(Test|ParameterizedTest|Property)\\b");
    private static final Pattern CELL = Pattern.compile("(`\\w+#\\w+`|issue \\d+)(, (`\\w+#\\w+`|issue \\d+))*");

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
                        .matches(CELL));
    }

    @Test
    void everyNamedTestExists() throws IOException {
        List<MatchResult> names =
                rows().flatMap(row -> NAME.matcher(row.group(3)).results()).toList();
        assertThat(names).isNotEmpty();
        for (MatchResult name : names) {
            assertThat(sources(name.group(1)))
                    .as("a test %s", name.group())
                    .anyMatch(source -> hasTest(source, name.group(2)));
        }
    }

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(ROOT.resolve("docs/traps.md"))).results();
    }

    /** Whether the method is there and, between it and the one before, an annotation that makes a test of it. */
    private static boolean hasTest(String source, String method) {
        int at = source.indexOf("void " + method + "(");
        return at >= 0
                && TEST.matcher(source.substring(Math.max(0, source.lastIndexOf("void ", at - 1)), at))
                        .find();
    }

    /** Sources of the test classes of this name, in whatever room. */
    private static List<String> sources(String className) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String room : List.of("protocol", "agent", "lab")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(room).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.endsWith(className + ".java")).toList()) {
                    sources.add(Files.readString(file));
                }
            }
        }
        return sources;
    }
}

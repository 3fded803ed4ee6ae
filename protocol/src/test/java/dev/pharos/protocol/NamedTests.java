package dev.pharos.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tables in documents that name tests: every name is that of a test that there is, in whatever room. */
final class NamedTests {
    static final Path ROOT = Path.of("..");

    /** What a cell may hold: tests, or the issue that will bring one. */
    static final Pattern CELL = Pattern.compile("(`\\w+#\\w+`|issue \\d+)(, (`\\w+#\\w+`|issue \\d+))*");

    private static final Pattern NAME = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern TEST = Pattern.compile("@(Test|ParameterizedTest|Property)\\b");

    private NamedTests() {}

    static void assertExist(List<String> cells) throws IOException {
        List<MatchResult> names =
                cells.stream().flatMap(cell -> NAME.matcher(cell).results()).toList();
        assertThat(names).isNotEmpty();
        for (MatchResult name : names) {
            assertThat(sources(name.group(1)))
                    .as("a test %s", name.group())
                    .anyMatch(source -> hasTest(source, name.group(2)));
        }
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

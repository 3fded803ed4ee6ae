package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the kernel says of the memory, page by page. */
class PagesTests {
    private static final long BYTES = 8 << 20;
    private static final int PAGE = 4096;
    private static final Pattern RESIDENT = Pattern.compile("Rss: +(\\d+) kB");

    @Test
    void aPageTakesRoomOnlyOnceItWasWrittenTo() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = Pages.allocate(arena, BYTES);
            // Its own line in the list of mappings, whatever lies beside it.
            assertThat(residentKilobytes(memory)).isZero();

            memory.set(JAVA_BYTE, 5 * PAGE, (byte) 1);

            assertThat(residentKilobytes(memory)).isEqualTo(PAGE / 1024);
            assertThat(memory.get(JAVA_BYTE, BYTES - 1)).isZero();
        }
    }

    @Test
    void theKernelGetsItBackWithTheArena() throws IOException {
        long address;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = Pages.allocate(arena, BYTES);
            memory.fill((byte) 1);
            address = memory.address();
            assertThat(mapping(address)).isNotEmpty();
        }

        assertThat(mapping(address)).isEmpty();
    }

    private static int residentKilobytes(MemorySegment memory) throws IOException {
        Matcher resident = RESIDENT.matcher(String.join("\n", mapping(memory.address())));
        assertThat(resident.find()).isTrue();
        return Integer.parseInt(resident.group(1));
    }

    /** The lines of /proc/self/smaps about the mapping that holds the address; none when there is no such. */
    private static List<String> mapping(long address) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        return IntStream.range(0, lines.size())
                .filter(i -> holds(lines.get(i), address))
                .mapToObj(i -> lines.subList(i, Math.min(i + 20, lines.size())))
                .findFirst()
                .orElse(List.of());
    }

    private static boolean holds(String line, long address) {
        Matcher range = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*").matcher(line);
        return range.matches()
                && Long.parseUnsignedLong(range.group(1), 16) <= address
                && address < Long.parseUnsignedLong(range.group(2), 16);
    }
}

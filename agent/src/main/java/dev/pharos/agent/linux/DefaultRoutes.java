package dev.pharos.agent.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where packets to the rest of the world leave this machine, as text that is only good for comparing: another default
 * route gives our packets another source address while no interface changes.
 */
public final class DefaultRoutes {
    private static final Path V4 = Path.of("/proc/self/net/route");
    private static final Path V6 = Path.of("/proc/self/net/ipv6_route");
    private static final String NOWHERE_V4 = "00000000";
    private static final String NOWHERE_V6 = "0".repeat(32);

    private DefaultRoutes() {}

    /**
     * Reads them as the kernel shows them.
     *
     * @throws IOException when the kernel shows no IPv4 routes at all
     */
    public static List<String> read() throws IOException {
        List<String> v6 = Files.exists(V6) ? Files.readAllLines(V6) : List.of();
        return Stream.concat(defaultsV4(Files.readAllLines(V4)), defaultsV6(v6)).toList();
    }

    /** Lines of device, destination, gateway, flags, use counts, metric, mask: the first three and the metric. */
    static Stream<String> defaultsV4(List<String> lines) {
        return lines.stream()
                .map(line -> line.split("\\s+", -1))
                .filter(words -> words.length > 7 && words[1].equals(NOWHERE_V4) && words[7].equals(NOWHERE_V4))
                .map(words -> words[0] + " " + words[2] + " " + words[6]);
    }

    /** Lines of destination, its length, source, its length, next hop, metric, use counts, flags, device. */
    static Stream<String> defaultsV6(List<String> lines) {
        return lines.stream()
                .map(line -> line.split("\\s+", -1))
                .filter(words -> words.length > 9 && words[0].equals(NOWHERE_V6) && words[1].equals("00"))
                .filter(words -> !words[9].equals("lo"))
                .map(words -> words[9] + " " + words[4] + " " + words[5]);
    }
}

package dev.pharos.agent.diagnosis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What Linux says about the network of this machine. */
final class Machine {
    private static final int TIMEOUT_SECONDS = 5;

    /** By the name of the file that the output becomes. */
    static final Map<String, List<String>> COMMANDS = new TreeMap<>(Map.of(
            "interfaces.txt", List.of("ip", "-s", "address"),
            "routes.txt", List.of("ip", "route", "show", "table", "all"),
            "routing-rules.txt", List.of("ip", "rule")));

    /** What needs no program. */
    static final Map<String, Path> FILES = new TreeMap<>(Map.of(
            "proc-net-dev.txt", Path.of("/proc/net/dev"),
            "proc-net-udp.txt", Path.of("/proc/net/udp"),
            "proc-net-udp6.txt", Path.of("/proc/net/udp6"),
            "proc-net-route.txt", Path.of("/proc/net/route"),
            "resolv.conf", Path.of("/etc/resolv.conf")));

    private Machine() {}

    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}

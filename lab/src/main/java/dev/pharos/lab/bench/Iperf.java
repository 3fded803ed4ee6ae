package dev.pharos.lab.bench;

import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Transfers through a tunnel by {@code iperf3}, with a server of its own for each. */
final class Iperf {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECTED = Duration.ofSeconds(20);

    /** In {@code /proc/net/tcp}: port 5201, no peer, state LISTEN. */
    private static final String LISTENING = ":1451 00000000:0000 0A";

    private static final long WANTED_BUFFER = 2 << 20;

    private final Tunnel tunnel;

    Iperf(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /**
     * What was carried.
     *
     * @param mbits a second, received, without what is left out
     * @param gigabytes sent in the whole time
     */
    record Stream(double mbits, double gigabytes) {}

    /**
     * What was carried of a flow of datagrams.
     *
     * @param mbits a second, sent
     * @param packets a second, received
     * @param lost from 0 to 1
     */
    record Datagrams(double mbits, double packets, double lost) {}

    /** TCP, for that long after what is left out of account at the beginning. */
    Stream tcp(int streams, Duration leftOut, Duration time) {
        JsonNode report = run(leftOut, time, "-P", Integer.toString(streams));
        double bytes = report.path("intervals")
                .valueStream()
                .mapToDouble(interval -> interval.path("sum").path("bytes").asDouble())
                .sum();
        return new Stream(
                report.path("end").path("sum_received").path("bits_per_second").asDouble() / 1e6, bytes / 1e9);
    }

    /**
     * UDP.
     *
     * @param payload bytes of a datagram
     * @param mbits a second to send; 0 sends as fast as it can
     */
    Datagrams udp(int payload, double mbits, Duration time) {
        JsonNode sum = run(
                        Duration.ZERO,
                        time,
                        "-u",
                        "-l",
                        Integer.toString(payload),
                        "-b",
                        Long.toString(Math.round(mbits * 1e6)),
                        "-w",
                        Long.toString(buffer()))
                .path("end")
                .path("sum");
        double packets = sum.path("packets").asDouble();
        double lost = sum.path("lost_packets").asDouble();
        return new Datagrams(
                sum.path("bits_per_second").asDouble() / 1e6,
                (packets - lost) / sum.path("seconds").asDouble(),
                packets == 0 ? 1 : lost / packets);
    }

    private JsonNode run(Duration leftOut, Duration time, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "iperf3",
                "-c",
                tunnel.address(),
                "-J",
                "-O",
                Long.toString(leftOut.toSeconds()),
                "-t",
                Long.toString(time.toSeconds())));
        command.addAll(List.of(options));
        Daemon server =
                tunnel.server().start("iperf3", List.of("iperf3", "-s", "-1", "-B", tunnel.address()), Map.of());
        try {
            server.awaitReady(
                    "it listened",
                    CONNECTED,
                    () -> tunnel.server().run("cat", "/proc/net/tcp").contains(LISTENING));
            Shell.Result result =
                    tunnel.client().attempt(leftOut.plus(time).plus(CONNECTED), command.toArray(String[]::new));
            JsonNode report = JSON.readTree(result.text());
            if (!result.succeeded() || report.has("error")) {
                throw new LabException("iperf3 failed: " + report.path("error").asString(result.text()));
            }
            return report;
        } finally {
            server.kill();
        }
    }

    /** The same for everyone; what the kernel lets an ordinary process have is less on some machines. */
    private static long buffer() {
        try {
            // In one piece: the second read of such a file finds its end, after however little.
            long allowed = Long.parseLong(
                    Files.readAllLines(Path.of("/proc/sys/net/core/rmem_max")).getFirst());
            return Math.min(WANTED_BUFFER, allowed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

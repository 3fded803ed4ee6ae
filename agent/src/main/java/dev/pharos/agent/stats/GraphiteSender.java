package dev.pharos.agent.stats;

import dev.pharos.agent.config.StatsSettings.Graphite;
import dev.pharos.agent.log.EventLog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Sends everything once an interval; a server that is away misses those values and costs nothing else. */
final class GraphiteSender implements Exporter {
    private static final int TIMEOUT_MILLIS = 5000;

    /** Of lines in one datagram, so that it fits any path. */
    private static final int MAX_DATAGRAM = 1200;

    private final Graphite settings;
    private final GraphiteText text;
    private final Supplier<List<Metric>> metrics;
    private final EventLog log;
    private final CountDownLatch closed = new CountDownLatch(1);

    private GraphiteSender(Graphite settings, Supplier<List<Metric>> metrics, EventLog log) {
        this.settings = settings;
        this.text = new GraphiteText(settings);
        this.metrics = metrics;
        this.log = log;
    }

    static GraphiteSender start(Graphite settings, Supplier<List<Metric>> metrics, EventLog log) {
        GraphiteSender sender = new GraphiteSender(settings, metrics, log);
        Thread.ofVirtual().name("graphite").start(sender::run);
        log.info("metrics are sent", "address", settings.host(), "interval", settings.interval());
        return sender;
    }

    private void run() {
        try {
            while (!closed.await(settings.interval().toNanos(), TimeUnit.NANOSECONDS)) {
                send();
            }
        } catch (InterruptedException e) {
            log.debug("metrics are no longer sent");
        }
    }

    private void send() {
        String lines = text.write(metrics.get(), Instant.now());
        InetSocketAddress address =
                new InetSocketAddress(settings.host().host(), settings.host().port());
        try {
            switch (settings.transport()) {
                case TCP -> byTcp(address, lines);
                case UDP -> byUdp(address, lines);
            }
        } catch (IOException | IllegalArgumentException e) {
            log.warning("metrics not sent", "address", address, "cause", e.getMessage());
        }
    }

    private static void byTcp(InetSocketAddress address, String lines) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, TIMEOUT_MILLIS);
            try (OutputStream out = socket.getOutputStream()) {
                out.write(lines.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static void byUdp(InetSocketAddress address, String lines) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            StringBuilder datagram = new StringBuilder();
            for (String line : lines.lines().toList()) {
                if (datagram.length() + line.length() >= MAX_DATAGRAM) {
                    send(socket, address, datagram);
                }
                datagram.append(line).append('\n');
            }
            send(socket, address, datagram);
        }
    }

    private static void send(DatagramSocket socket, InetSocketAddress address, StringBuilder datagram)
            throws IOException {
        byte[] bytes = datagram.toString().getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(bytes, bytes.length, address));
        datagram.setLength(0);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}

package dev.pharos.agent.names;

import dev.pharos.agent.log.EventLog;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The name servers that this machine had before, for every name that is not the network's. Messages go through as they
 * are, but for their number: each asks from a port and with a number of its own, so that nobody else can answer.
 */
final class Upstreams {
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int MAX_AT_ONCE = 256;

    private final Supplier<List<InetSocketAddress>> servers;
    private final EventLog log;
    private final Semaphore room = new Semaphore(MAX_AT_ONCE);
    private final LongAdder turnedAway = new LongAdder();
    private final SecureRandom random = new SecureRandom();

    Upstreams(Supplier<List<InetSocketAddress>> servers, EventLog log) {
        this.servers = servers;
        this.log = log;
    }

    boolean exist() {
        return !servers.get().isEmpty();
    }

    /** Questions that were not passed on, as too many were under way. */
    long turnedAway() {
        return turnedAway.sum();
    }

    private interface Way {
        byte[] ask(InetSocketAddress server, byte[] question) throws IOException;
    }

    /** The first answer by UDP; empty when there is none, or too much is asked at the same time. */
    Optional<byte[]> askByUdp(byte[] question) {
        return ask(question, Upstreams::udp);
    }

    /** The same by TCP. */
    Optional<byte[]> askByTcp(byte[] question) {
        return ask(question, Upstreams::tcp);
    }

    private Optional<byte[]> ask(byte[] question, Way way) {
        if (!room.tryAcquire()) {
            turnedAway.increment();
            return Optional.empty();
        }
        try {
            byte[] numbered = question.clone();
            byte[] number = new byte[2];
            random.nextBytes(number);
            System.arraycopy(number, 0, numbered, 0, 2);
            return first(numbered, way).map(answer -> {
                System.arraycopy(question, 0, answer, 0, 2);
                return answer;
            });
        } finally {
            room.release();
        }
    }

    private Optional<byte[]> first(byte[] question, Way way) {
        for (InetSocketAddress server : servers.get()) {
            try {
                return Optional.of(way.ask(server, question));
            } catch (IOException e) {
                log.debug("a name server does not answer", "server", server, "why", e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** The socket is connected, so that the kernel drops what comes from anybody else. */
    private static byte[] udp(InetSocketAddress server, byte[] question) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            socket.send(new DatagramPacket(question, question.length));
            DatagramPacket packet = new DatagramPacket(new byte[Message.MAX], Message.MAX);
            while (true) {
                socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000L));
                socket.receive(packet);
                byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
                if (answers(question, answer)) {
                    return answer;
                }
            }
        }
    }

    private static byte[] tcp(InetSocketAddress server, byte[] question) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] framed = new byte[question.length + 2];
            framed[0] = (byte) (question.length >> 8);
            framed[1] = (byte) question.length;
            System.arraycopy(question, 0, framed, 2, question.length);
            out.write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = in.readNBytes(in.readUnsignedShort());
            if (!answers(question, answer)) {
                throw new IOException("an answer to something else");
            }
            return answer;
        }
    }

    private static boolean answers(byte[] question, byte[] answer) {
        return answer.length >= 12 && answer[0] == question[0] && answer[1] == question[1] && (answer[2] & 0x80) != 0;
    }
}

package dev.pharos.agent.names;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.log.EventLog;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers on this host's overlay address, by UDP and TCP. Anybody whom the firewall lets in may ask for names of the
 * network; other names are asked for this machine alone, of the servers that it had before. A thread that waits is
 * virtual, so questions never hold up packets.
 */
final class NameServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 64;
    private static final int IDLE_MILLIS = 10_000;

    private final DatagramSocket datagrams;
    private final ServerSocket connections;
    private final Upstreams upstreams;
    private final EventLog log;
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
    private final LongAdder turnedAway = new LongAdder();
    private volatile OverlayZone zone;

    private NameServer(
            DatagramSocket datagrams, ServerSocket connections, OverlayZone zone, Upstreams upstreams, EventLog log) {
        this.datagrams = datagrams;
        this.connections = connections;
        this.zone = zone;
        this.upstreams = upstreams;
        this.log = log;
    }

    /**
     * Takes the port and begins.
     *
     * @throws AgentException when the address is not this machine's or the port is taken
     */
    static NameServer start(InetSocketAddress at, OverlayZone zone, Upstreams upstreams, EventLog log)
            throws AgentException {
        try {
            ServerSocket connections = new ServerSocket();
            try {
                connections.setReuseAddress(true);
                connections.bind(at, MAX_CONNECTIONS);
                DatagramSocket datagrams =
                        new DatagramSocket(new InetSocketAddress(at.getAddress(), connections.getLocalPort()));
                NameServer server = new NameServer(datagrams, connections, zone, upstreams, log);
                Thread.ofVirtual().name("names-udp").start(server::serveDatagrams);
                Thread.ofVirtual().name("names-tcp").start(server::serveConnections);
                return server;
            } catch (IOException e) {
                connections.close();
                throw e;
            }
        } catch (BindException e) {
            throw new AgentException(
                    "cannot answer names on " + at + ": " + e.getMessage()
                            + "; another name server may have the port of every address of this machine",
                    e);
        } catch (IOException e) {
            throw new AgentException("cannot answer names on " + at + ": " + e.getMessage(), e);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) datagrams.getLocalSocketAddress();
    }

    /** Connections that were refused and questions that were not passed on, as there were too many. */
    long turnedAway() {
        return turnedAway.sum() + upstreams.turnedAway();
    }

    void change(OverlayZone changed) {
        zone = changed;
    }

    private void serveDatagrams() {
        DatagramPacket packet = new DatagramPacket(new byte[Message.MAX], Message.MAX);
        while (!datagrams.isClosed()) {
            try {
                packet.setLength(Message.MAX);
                datagrams.receive(packet);
                byte[] wire = Arrays.copyOf(packet.getData(), packet.getLength());
                InetSocketAddress asker = (InetSocketAddress) packet.getSocketAddress();
                Message.parse(wire).ifPresent(question -> serve(question, asker));
            } catch (IOException e) {
                if (!datagrams.isClosed()) {
                    log.debug("no datagram", "why", e.getMessage());
                }
            }
        }
    }

    private void serve(Message question, InetSocketAddress asker) {
        Optional<byte[]> known = known(question, asker.getAddress(), Message.MAX_UDP);
        if (known.isPresent()) {
            send(known.get(), asker);
        } else {
            Thread.ofVirtual()
                    .name("names-upstream")
                    .start(() -> send(
                            upstreams
                                    .askByUdp(question.wire())
                                    .orElseGet(() -> question.refusal(DnsResponseCode.SERVFAIL)),
                            asker));
        }
    }

    private void send(byte[] answer, InetSocketAddress asker) {
        try {
            datagrams.send(new DatagramPacket(answer, answer.length, asker));
        } catch (IOException e) {
            log.debug("an answer was not sent", "to", asker, "why", e.getMessage());
        }
    }

    /** What can be said at once; empty when somebody else has to be asked. */
    private Optional<byte[]> known(Message question, InetAddress asker, int limit) {
        OverlayZone now = zone;
        String name = question.name();
        if (now.holds(name)) {
            return Optional.of(
                    question.answer(now.answer(name, question.question().type()), upstreams.exist(), limit));
        }
        boolean ours = asker.isLoopbackAddress() || asker.equals(datagrams.getLocalAddress());
        return ours && upstreams.exist() ? Optional.empty() : Optional.of(question.refusal(DnsResponseCode.REFUSED));
    }

    private void serveConnections() {
        while (!connections.isClosed()) {
            try {
                Socket asker = connections.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().name("names-connection").start(() -> serve(asker));
                } else {
                    turnedAway.increment();
                    asker.close();
                }
            } catch (IOException e) {
                if (!connections.isClosed()) {
                    log.debug("no connection", "why", e.getMessage());
                }
            }
        }
    }

    private void serve(Socket asker) {
        try (asker) {
            asker.setSoTimeout(IDLE_MILLIS);
            DataInputStream in = new DataInputStream(asker.getInputStream());
            while (true) {
                Optional<Message> question = Message.parse(in.readNBytes(in.readUnsignedShort()));
                if (question.isEmpty()) {
                    return;
                }
                byte[] answer = known(question.get(), asker.getInetAddress(), Message.MAX)
                        .or(() -> upstreams.askByTcp(question.get().wire()))
                        .orElseGet(() -> question.get().refusal(DnsResponseCode.SERVFAIL));
                byte[] framed = new byte[answer.length + 2];
                framed[0] = (byte) (answer.length >> 8);
                framed[1] = (byte) answer.length;
                System.arraycopy(answer, 0, framed, 2, answer.length);
                asker.getOutputStream().write(framed);
            }
        } catch (IOException e) {
            log.debug("a connection ended", "why", e.getMessage());
        } finally {
            room.release();
        }
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            connections.close();
        } catch (IOException e) {
            log.debug("not closed", "why", e.getMessage());
        }
    }
}

package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.linux.Errno;
import dev.pharos.agent.linux.ReceiveBatch;
import dev.pharos.agent.linux.SendBatch;
import dev.pharos.agent.linux.UdpPort;
import java.lang.foreign.Arena;

/**
 * The UDP socket as the loop sees it: trains go out, by one system call for all of them, and messages of several datagrams
 * come in. Without segmentation in the kernel, or when it refuses a train, the datagrams of a train are sent one by one.
 */
final class UdpSocket {
    private static final int SINGLES = 64;

    /** How long the loop may stand still for a full send buffer before datagrams are dropped. */
    private static final int PATIENCE_MILLISECONDS = 5;

    private static final int RETRIES = 4;

    private final UdpPort port;
    private final Counters counters;
    private final SendBatch trainBatch;
    private final SendBatch singleBatch;
    private final ReceiveBatch receiveBatch;
    private final Offloads offloads;
    private boolean segments;
    private int patience;

    /** @param segments whether the kernel may be given trains */
    UdpSocket(Arena arena, UdpPort port, int batch, Counters counters, Offloads offloads, boolean segments) {
        this.port = port;
        this.counters = counters;
        this.offloads = offloads;
        this.segments = segments;
        trainBatch = new SendBatch(arena, port, Trains.CAPACITY);
        singleBatch = new SendBatch(arena, port, SINGLES);
        receiveBatch = new ReceiveBatch(arena, port, batch);
    }

    boolean reachesV6() {
        return port.reachesV6();
    }

    int fd() {
        return port.fd();
    }

    /** Sends all trains and empties them. What cannot be sent is counted and lost, as datagrams are. */
    void send(Trains trains) {
        for (int i = 0; i < trains.size(); i++) {
            counters.datagramsOut += trains.datagrams(i);
            counters.bytesOut += trains.length(i);
        }
        counters.trainsOut += trains.size();
        patience = RETRIES;
        if (segments) {
            sendTrains(trains);
        } else {
            for (int i = 0; i < trains.size(); i++) {
                sendSingly(trains, i);
            }
        }
        trains.clear();
    }

    private void sendTrains(Trains trains) {
        trainBatch.clear();
        for (int i = 0; i < trains.size(); i++) {
            trainBatch.add(
                    trains.memory().address() + trains.offset(i),
                    trains.length(i),
                    trains.segmentSize(i),
                    trains.high(i),
                    trains.low(i),
                    trains.port(i));
        }
        int next = 0;
        while (next < trainBatch.size()) {
            int result = trainBatch.send(port, next);
            if (result > 0) {
                next += result;
            } else if (!mayRetry(result)) {
                if (trains.datagrams(next) > 1) {
                    if (result == -Errno.EIO) {
                        segments = false;
                        offloads.failed(Offload.UDP_SEND, "the network device refused a train of datagrams");
                    }
                    sendSingly(trains, next);
                } else {
                    counters.sendErrors++;
                }
                next++;
            }
        }
    }

    private void sendSingly(Trains trains, int i) {
        int sent = 0;
        while (sent < trains.length(i)) {
            singleBatch.clear();
            while (sent < trains.length(i) && !singleBatch.isFull()) {
                int length = Math.min(trains.segmentSize(i), trains.length(i) - sent);
                long address = trains.memory().address() + trains.offset(i) + sent;
                singleBatch.add(address, length, 0, trains.high(i), trains.low(i), trains.port(i));
                sent += length;
            }
            int next = 0;
            while (next < singleBatch.size()) {
                int result = singleBatch.send(port, next);
                if (result > 0) {
                    next += result;
                } else if (!mayRetry(result)) {
                    counters.sendErrors++;
                    next++;
                }
            }
        }
    }

    private boolean mayRetry(int result) {
        return switch (-result) {
            case Errno.EINTR -> true;
            case Errno.EAGAIN, Errno.ENOBUFS -> patience-- > 0 && port.awaitWritable(PATIENCE_MILLISECONDS);
            default -> false;
        };
    }

    /** Takes what has arrived: the number of messages in {@link #received}, 0 for none. */
    int receive() {
        int result = receiveBatch.receive(port);
        if (result <= 0) {
            return 0;
        }
        counters.messagesIn += result;
        return result;
    }

    ReceiveBatch received() {
        return receiveBatch;
    }

    /** Whether {@link #receive} filled all there is room for, so that more may wait. */
    boolean wasFull(int messages) {
        return messages == receiveBatch.capacity();
    }
}

package dev.pharos.agent.dataplane;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.ReceiveBatch;
import dev.pharos.agent.linux.SendBatch;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.protocol.UnderlayEndpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Tries the two UDP offloads on loopback, as kernels have shipped that mangle what they cut up (facts, dataplane 1.4):
 * three datagrams of equal size are sent as a train and must arrive as they were, whether received one by one or as one.
 */
final class UdpSelfTest {
    private static final int DATAGRAM = 1200;
    private static final int DATAGRAMS = 3;
    private static final int LOOPBACK = 0x7f000001;

    private UdpSelfTest() {}

    /** Whether a train arrives as the datagrams it was made of. */
    static boolean sendsTrains() {
        return passes(false);
    }

    /** Whether datagrams that arrive together are handed over as one message that tells their size. */
    static boolean receivesTrains() {
        return passes(true);
    }

    private static boolean passes(boolean together) {
        UnderlayEndpoint loopback = UnderlayEndpoint.ofV4(LOOPBACK, 0);
        try (Arena arena = Arena.ofConfined();
                UdpPort sender = UdpPort.bind(loopback);
                UdpPort receiver = UdpPort.bind(loopback)) {
            if (!sender.canSegment() || (together && !receiver.enableReceiveOffload())) {
                return false;
            }
            byte[] train = new byte[DATAGRAM * DATAGRAMS];
            for (int i = 0; i < train.length; i++) {
                train[i] = (byte) (i ^ i >> 8);
            }
            MemorySegment memory = arena.allocateFrom(JAVA_BYTE, train);
            SendBatch batch = new SendBatch(arena, sender, 1);
            UnderlayEndpoint to = loopback.withPort(receiver.port());
            batch.add(memory.address(), train.length, DATAGRAM, to.high(), to.low(), to.port());
            if (batch.send(sender, 0) != 1) {
                return false;
            }
            ReceiveBatch received = new ReceiveBatch(arena, receiver, DATAGRAMS + 1);
            int messages = received.receive(receiver);
            return messages == (together ? 1 : DATAGRAMS) && isSame(received, messages, train);
        } catch (LinuxException e) {
            return false;
        }
    }

    private static boolean isSame(ReceiveBatch received, int messages, byte[] train) {
        int at = 0;
        for (int i = 0; i < messages; i++) {
            int length = received.length(i);
            byte[] bytes = received.memory().asSlice(received.offset(i), length).toArray(JAVA_BYTE);
            if (received.segmentSize(i) != DATAGRAM
                    || at + length > train.length
                    || !Arrays.equals(bytes, 0, length, train, at, at + length)) {
                return false;
            }
            at += length;
        }
        return at == train.length;
    }
}

package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On loopback, so no privilege is needed; loopback does both segmentation offloads in the kernel's own code. */
class UdpPortTests {
    private static final long LOOPBACK_LOW = 0xffff_7f00_0001L;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void freeMemory() {
        arena.close();
    }

    @Test
    void aTrainIsCutIntoDatagramsAndArrivesAsOne() throws Exception {
        try (UdpPort sender = bind("0.0.0.0:0");
                UdpPort receiver = bind("0.0.0.0:0")) {
            assertThat(sender.canSegment()).isTrue();
            assertThat(receiver.enableReceiveOffload()).isTrue();
            send(sender, receiver, bytes(2500), 1000);
            ReceiveBatch batch = receive(receiver, 1);
            assertThat(batch.length(0)).isEqualTo(2500);
            assertThat(batch.segmentSize(0)).isEqualTo(1000);
            assertThat(contents(batch, 0)).isEqualTo(bytes(2500));
            assertThat(batch.sourcePort(0)).isEqualTo(sender.port());
            assertThat(batch.sourceHigh(0)).isZero();
            assertThat(batch.sourceLow(0)).isEqualTo(LOOPBACK_LOW);
        }
    }

    @Test
    void withoutReceiveOffloadEveryDatagramIsItsOwnMessage() throws Exception {
        try (UdpPort sender = bind("0.0.0.0:0");
                UdpPort receiver = bind("0.0.0.0:0")) {
            send(sender, receiver, bytes(2500), 1000);
            ReceiveBatch batch = receive(receiver, 3);
            assertThat(batch.length(0)).isEqualTo(1000);
            assertThat(batch.segmentSize(0)).isEqualTo(1000);
            assertThat(batch.length(2)).isEqualTo(500);
        }
    }

    /** The kernel answers twice what it was told. */
    @Test
    void buffersAreAsLargeAsAskedAtAnyTime() throws Exception {
        try (UdpPort port = bind("127.0.0.1:0")) {
            port.set(new UdpPort.Options(OptionalInt.of(50_000), OptionalInt.of(60_000), 0));
            assertThat(port.options().receiveBuffer()).hasValue(100_000);
            assertThat(port.options().sendBuffer()).hasValue(120_000);

            port.set(UdpPort.Options.DEFAULT);
            assertThat(port.options().receiveBuffer().orElseThrow()).isGreaterThan(100_000);
        }
    }

    @Test
    void oneSocketSpeaksBothFamilies() throws Exception {
        try (UdpPort dual = bind("[::]:0");
                UdpPort four = bind("127.0.0.1:0")) {
            assertThat(dual.reachesV6()).isTrue();
            send(dual, four, bytes(10), 0);
            assertThat(receive(four, 1).sourceLow(0)).isEqualTo(LOOPBACK_LOW);
            send(four, dual, bytes(20), 0);
            ReceiveBatch batch = receive(dual, 1);
            assertThat(batch.length(0)).isEqualTo(20);
            assertThat(batch.sourceHigh(0)).isZero();
            assertThat(batch.sourceLow(0)).isEqualTo(LOOPBACK_LOW);
        }
    }

    @Test
    void nothingToReadIsSaidSo() throws Exception {
        try (UdpPort port = bind("127.0.0.1:0")) {
            assertThat(new ReceiveBatch(arena, port, 1).receive(port)).isEqualTo(-Errno.EAGAIN);
            assertThat(port.awaitWritable(0)).isTrue();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedByName() {
        assertThatThrownBy(() -> bind("192.0.2.77:4242"))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("cannot listen on UDP 192.0.2.77:4242: bind failed");
    }

    @Test
    void aPortThatIsTakenIsAnError() throws Exception {
        try (UdpPort first = bind("127.0.0.1:0")) {
            assertThatThrownBy(() -> bind("127.0.0.1:" + first.port()))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("bind failed: Address already in use");
            UnderlayEndpoint shared = UnderlayEndpoint.parse("127.0.0.2:0");
            try (UdpPort one = UdpPort.bind(shared, UdpPort.Sharing.WITH_OTHER_LOOPS);
                    UdpPort two = UdpPort.bind(shared.withPort(one.port()), UdpPort.Sharing.WITH_OTHER_LOOPS)) {
                assertThat(two.port()).isEqualTo(one.port());
            }
        }
    }

    private static UdpPort bind(String endpoint) throws LinuxException, MalformedException {
        return UdpPort.bind(UnderlayEndpoint.parse(endpoint), UdpPort.Sharing.ALONE);
    }

    private void send(UdpPort from, UdpPort to, byte[] bytes, int segmentSize) {
        MemorySegment memory = arena.allocateFrom(JAVA_BYTE, bytes);
        SendBatch batch = new SendBatch(arena, from, 4);
        batch.add(memory.address(), bytes.length, segmentSize, 0, LOOPBACK_LOW, to.port());
        assertThat(batch.send(from, 0)).isEqualTo(1);
    }

    /** Loopback delivers before the send returns. */
    private ReceiveBatch receive(UdpPort port, int expected) {
        ReceiveBatch batch = new ReceiveBatch(arena, port, 8);
        assertThat(batch.receive(port)).isEqualTo(expected);
        return batch;
    }

    private static byte[] contents(ReceiveBatch batch, int i) {
        return batch.memory().asSlice(batch.offset(i), batch.length(i)).toArray(JAVA_BYTE);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        return bytes;
    }
}

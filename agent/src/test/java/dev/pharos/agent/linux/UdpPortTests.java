package dev.pharos.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
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
        }
    }

    /** What shares the port is one daemon's: another one of the same user is told that it is taken. */
    @Test
    void aPortThatAGroupHasIsAnError() throws Exception {
        List<UdpPort> group = UdpPort.bindGroup(UnderlayEndpoint.parse("127.0.0.1:0"), 3);
        UnderlayEndpoint taken =
                UnderlayEndpoint.parse("127.0.0.1:" + group.getFirst().port());
        assertThat(group).extracting(UdpPort::port).containsOnly(taken.port());
        assertThatThrownBy(() -> UdpPort.bindGroup(taken, 3)).hasMessageContaining("Address already in use");
        group.forEach(UdpPort::close);
    }

    /** As facts, nebula-protocol 2, has the header: the index is the second word. */
    @Test
    void aDatagramComesToTheSocketThatItsIndexNames() throws Exception {
        List<UdpPort> group = UdpPort.bindGroup(UnderlayEndpoint.parse("127.0.0.1:0"), 3);
        try (UdpPort sender = bind("127.0.0.1:0")) {
            for (int round = 0; round < 20; round++) {
                for (int loop = 0; loop < 3; loop++) {
                    send(sender, group.getFirst(), header(round << 2 | loop), 0);
                    assertThat(receive(group.get(loop), 1).length(0)).isEqualTo(16);
                }
            }
            send(sender, group.getFirst(), new byte[1], 0);
            assertThat(receive(group.getFirst(), 1).length(0)).isEqualTo(1);
        } finally {
            group.forEach(UdpPort::close);
        }
    }

    private static byte[] header(int index) {
        byte[] header = new byte[16];
        ByteBuffer.wrap(header).putInt(4, index);
        return header;
    }

    /** Load the word at 4, keep the low two bits, return them: struct sock_filter of linux/filter.h. */
    @Test
    void theSteeringProgramIsThis() {
        assertThat(Steering.program(arena, 3).toArray(JAVA_BYTE))
                .containsExactly(0x20, 0, 0, 0, 4, 0, 0, 0, 0x54, 0, 0, 0, 3, 0, 0, 0, 0x16, 0, 0, 0, 0, 0, 0, 0);
    }

    private static UdpPort bind(String endpoint) throws LinuxException, MalformedException {
        return UdpPort.bind(UnderlayEndpoint.parse(endpoint));
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

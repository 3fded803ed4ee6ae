package dev.pharos.agent.dataplane;

import static dev.pharos.agent.dataplane.BigEndian.u16;
import static dev.pharos.agent.dataplane.BigEndian.u8;

import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.linux.Pages;
import dev.pharos.agent.linux.Vectors;
import dev.pharos.agent.linux.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * Joins packets of one flow that follow each other into one of up to 64 KB, so that the kernel takes them in by one
 * system call and walks its stack once: the reverse of {@link Segmenter}. What it joins, cut up again, gives the same
 * packets; whatever does not fit that promise is written as it came.
 *
 * <p>{@link #add} every packet of a batch, then {@link #flush}. Packets of one flow are written in the order they were
 * added. Nothing is copied but headers: a flow has one slot at a time, with the header of its packet and a list of the
 * places where the payloads lie, from which the kernel gathers them.
 */
final class Coalescer {
    /** Which protocols the device takes in large packets. */
    enum Mode {
        OFF,
        TCP,
        TCP_AND_UDP
    }

    private static final int SLOTS = 16;
    private static final int MAX_PACKET = 65535;
    private static final int MAX_UDP_DATAGRAMS = 64;

    /** As many as of the size that is usual fit into the largest packet, twice. */
    private static final int MAX_PACKETS = 128;

    private static final int HEADER_STRIDE = 128;

    /** Of a slot, natively: its virtio header, its packet's header behind that, and the list of pieces. */
    private static final int HEAD_BYTES = 256;

    private static final int VECTORS_BYTES = (1 + MAX_PACKETS) * Vectors.SIZE;
    private static final int STRIDE = HEAD_BYTES + VECTORS_BYTES;

    private final PacketSink sink;
    private final MemorySegment memory;
    private final byte[] headers = new byte[SLOTS * HEADER_STRIDE];
    private final int[] length = new int[SLOTS];
    private final int[] packets = new int[SLOTS];
    private final int[] headerLengths = new int[SLOTS];
    private final int[] segment = new int[SLOTS];
    private final int[] nextSequence = new int[SLOTS];
    private final boolean[] ended = new boolean[SLOTS];
    private int size;
    private Mode mode;

    // The packet being added, as far as classify() has understood it.
    private boolean v4;
    private int protocol;
    private int transport;
    private int headerLength;
    private int payload;

    Coalescer(Arena arena, PacketSink sink, Mode mode) {
        this.sink = sink;
        this.mode = mode;
        this.memory = Pages.allocate(arena, (long) SLOTS * STRIDE);
    }

    Mode mode() {
        return mode;
    }

    /**
     * Takes an IP packet of {@code total} bytes, which has to stay as it is until {@link #flush}.
     *
     * @param bytes its first bytes, at least as many as its IP and transport headers have
     */
    void add(MemorySegment slab, long packet, int total, byte[] bytes) {
        long address = slab.address() + Objects.checkFromIndexSize(packet, total, slab.byteSize());
        if (mode == Mode.OFF || !classify(bytes, total)) {
            if (size > 0 && mayBelongToAFlow(bytes, total)) {
                flush();
            }
            makeRoom();
            write(open(address, total));
            return;
        }
        int slot = find(bytes);
        boolean candidate = isCandidate(slab, packet, bytes);
        if (slot >= 0) {
            if (candidate && joins(slot, bytes)) {
                join(slot, address, bytes);
                return;
            }
            write(slot);
        }
        makeRoom();
        slot = open(address, total);
        if (candidate) {
            remember(slot, bytes);
        } else {
            write(slot);
        }
    }

    /** Writes what is still held, oldest flow first. */
    void flush() {
        for (int slot = 0; slot < size; slot++) {
            write(slot);
        }
    }

    private void makeRoom() {
        if (size == SLOTS) {
            flush();
        }
    }

    /** A fragment or a packet with a strange header does not show its flow well enough to look for it. */
    private boolean mayBelongToAFlow(byte[] bytes, int total) {
        if (total < IpHeader.V4_LENGTH) {
            return false;
        }
        int next = IpHeader.protocol(bytes, 0);
        return next == IpHeader.TCP || (next == IpHeader.UDP && mode == Mode.TCP_AND_UDP);
    }

    /** Whether it is a whole TCP or UDP packet with its header right behind that of IP; then its parts are known. */
    private boolean classify(byte[] bytes, int total) {
        v4 = total >= IpHeader.V4_LENGTH && IpHeader.isV4(bytes, 0);
        if (v4) {
            boolean plain = IpHeader.v4HeaderLength(bytes, 0) == IpHeader.V4_LENGTH
                    && (u16(bytes, IpHeader.V4_FRAGMENT) & ~IpHeader.V4_DONT_FRAGMENT) == 0;
            if (!plain) {
                return false;
            }
            transport = IpHeader.V4_LENGTH;
        } else if (total >= IpHeader.V6_LENGTH && IpHeader.isV6(bytes, 0)) {
            transport = IpHeader.V6_LENGTH;
        } else {
            return false;
        }
        protocol = IpHeader.protocol(bytes, 0);
        boolean tcp = protocol == IpHeader.TCP;
        if (IpHeader.totalLength(bytes, 0) != total
                || (!tcp && (protocol != IpHeader.UDP || mode != Mode.TCP_AND_UDP))
                || total < transport + (tcp ? IpHeader.TCP_LENGTH : IpHeader.UDP_LENGTH)) {
            return false;
        }
        headerLength = transport + (tcp ? IpHeader.tcpHeaderLength(bytes, transport) : IpHeader.UDP_LENGTH);
        payload = total - headerLength;
        return payload >= 0 && headerLength >= transport + (tcp ? IpHeader.TCP_LENGTH : IpHeader.UDP_LENGTH);
    }

    /** The slot of this packet's flow, told by addresses and ports, which lie side by side; or -1. */
    private int find(byte[] bytes) {
        int from = v4 ? IpHeader.V4_SOURCE : IpHeader.V6_SOURCE;
        int to = transport + 4;
        int ports = BigEndian.i32(bytes, transport);
        for (int slot = size - 1; slot >= 0; slot--) {
            int header = slot * HEADER_STRIDE;
            if (length[slot] != 0
                    && BigEndian.i32(headers, header + transport) == ports
                    && headers[header] >> 4 == bytes[0] >> 4
                    && IpHeader.protocol(headers, header) == protocol
                    && Arrays.equals(headers, header + from, header + to, bytes, from, to)) {
                return slot;
            }
        }
        return -1;
    }

    /** Whether another packet could be joined to this one, or this one to another. */
    private boolean isCandidate(MemorySegment slab, long packet, byte[] bytes) {
        if (payload == 0 || headerLength > HEADER_STRIDE) {
            return false;
        }
        int l4 = transport;
        if (protocol == IpHeader.TCP) {
            int flags = u8(bytes, l4 + IpHeader.TCP_FLAGS);
            if ((flags & ~IpHeader.TCP_PSH) != IpHeader.TCP_ACK) {
                return false;
            }
        } else if (u16(bytes, l4 + IpHeader.UDP_LENGTH_FIELD) != IpHeader.UDP_LENGTH + payload
                || u16(bytes, l4 + IpHeader.UDP_CHECKSUM) == 0) {
            return false;
        }
        // The kernel will not look at these checksums any more once the packet is part of a larger one.
        return (!v4 || Checksums.isPlainIpv4Right(bytes)) && transportIsRight(slab, packet, bytes);
    }

    private boolean transportIsRight(MemorySegment slab, long packet, byte[] bytes) {
        int length = headerLength - transport + payload;
        return Checksums.fold(Checksums.pseudoHeader(bytes, 0, protocol)
                        + Checksums.word(length)
                        + Checksums.sum(slab, packet + transport, length))
                == 0xffff;
    }

    private boolean joins(int slot, byte[] bytes) {
        int header = slot * HEADER_STRIDE;
        if (ended[slot]
                || headerLength != headerLengths[slot]
                || payload > segment[slot]
                || length[slot] + payload > MAX_PACKET
                || packets[slot] == MAX_PACKETS
                || !sameIpHeader(slot, header, bytes)) {
            return false;
        }
        return protocol == IpHeader.TCP
                ? sameTcpHeader(slot, header + transport, bytes, transport)
                : packets[slot] < MAX_UDP_DATAGRAMS;
    }

    private boolean sameIpHeader(int slot, int header, byte[] bytes) {
        if (!v4) {
            return BigEndian.i32(headers, header) == BigEndian.i32(bytes, 0) && headers[header + 7] == bytes[7];
        }
        boolean same = headers[header + 1] == bytes[1]
                && u16(headers, header + IpHeader.V4_FRAGMENT) == u16(bytes, IpHeader.V4_FRAGMENT)
                && headers[header + 8] == bytes[8];
        // Cutting up again counts identifications upwards; where fragmentation is forbidden they mean nothing.
        boolean countsUp = u16(bytes, IpHeader.V4_FRAGMENT) == IpHeader.V4_DONT_FRAGMENT
                || u16(bytes, IpHeader.V4_ID) == (u16(headers, header + IpHeader.V4_ID) + packets[slot] & 0xffff);
        return same && countsUp;
    }

    /** Acknowledgement, window, urgent pointer and options too. */
    private boolean sameTcpHeader(int slot, int header, byte[] bytes, int at) {
        int end = headerLength - transport;
        return BigEndian.i32(bytes, at + IpHeader.TCP_SEQUENCE) == nextSequence[slot]
                && BigEndian.i32(bytes, at + 8) == BigEndian.i32(headers, header + 8)
                && u16(bytes, at + 14) == u16(headers, header + 14)
                && u16(bytes, at + 18) == u16(headers, header + 18)
                && Arrays.equals(bytes, at + 20, at + end, headers, header + 20, header + end);
    }

    private void join(int slot, long address, byte[] bytes) {
        Vectors.set(memory, vector(slot, 1 + packets[slot]), address + headerLength, payload);
        length[slot] += payload;
        packets[slot]++;
        follow(slot, bytes);
    }

    /** Where the i-th piece is described; the first is the head, the others are of one packet each. */
    private static long vector(int slot, int i) {
        return (long) slot * STRIDE + HEAD_BYTES + (long) i * Vectors.SIZE;
    }

    /** Puts a whole packet into a slot of its own. */
    private int open(long address, int total) {
        int slot = size++;
        Vectors.set(memory, vector(slot, 1), address, total);
        length[slot] = total;
        packets[slot] = 1;
        return slot;
    }

    private void remember(int slot, byte[] bytes) {
        System.arraycopy(bytes, 0, headers, slot * HEADER_STRIDE, headerLength);
        headerLengths[slot] = headerLength;
        segment[slot] = payload;
        follow(slot, bytes);
    }

    private void follow(int slot, byte[] bytes) {
        ended[slot] = payload < segment[slot];
        if (protocol == IpHeader.TCP) {
            nextSequence[slot] = BigEndian.i32(bytes, transport + IpHeader.TCP_SEQUENCE) + payload;
            int pushed = bytes[transport + IpHeader.TCP_FLAGS] & IpHeader.TCP_PSH;
            headers[slot * HEADER_STRIDE + transport + IpHeader.TCP_FLAGS] |= (byte) pushed;
            ended[slot] |= pushed != 0;
        }
    }

    private void write(int slot) {
        if (length[slot] == 0) {
            return;
        }
        long virtio = (long) slot * STRIDE;
        if (packets[slot] == 1) {
            VirtioHeader.writePlain(memory, virtio);
            Vectors.set(memory, vector(slot, 0), memory.address() + virtio, VirtioHeader.SIZE);
        } else {
            completeHeader(slot, virtio);
        }
        boolean taken = sink.write(memory, vector(slot, 0), 1 + packets[slot]);
        if (!taken && packets[slot] > 1) {
            giveUp(IpHeader.protocol(headers, slot * HEADER_STRIDE));
        }
        length[slot] = 0;
        while (size > 0 && length[size - 1] == 0) {
            size--;
        }
    }

    /** The kernel does not take what it had agreed to. */
    private void giveUp(int refused) {
        boolean udp = refused == IpHeader.UDP;
        mode = udp && mode != Mode.OFF ? Mode.TCP : Mode.OFF;
        sink.givenUp(udp ? Offload.TUN_UDP : Offload.TUN_TCP);
    }

    private void completeHeader(int slot, long virtio) {
        int header = slot * HEADER_STRIDE;
        boolean four = IpHeader.isV4(headers, header);
        boolean tcp = IpHeader.protocol(headers, header) == IpHeader.TCP;
        int l4 = four ? IpHeader.V4_LENGTH : IpHeader.V6_LENGTH;
        int field = tcp ? IpHeader.TCP_CHECKSUM : IpHeader.UDP_CHECKSUM;
        if (four) {
            BigEndian.put16(headers, header + IpHeader.V4_TOTAL_LENGTH, length[slot]);
            Checksums.completeIpv4(headers, header, IpHeader.V4_LENGTH);
        } else {
            BigEndian.put16(headers, header + IpHeader.V6_PAYLOAD_LENGTH, length[slot] - IpHeader.V6_LENGTH);
        }
        if (!tcp) {
            BigEndian.put16(headers, header + l4 + IpHeader.UDP_LENGTH_FIELD, length[slot] - l4);
        }
        long pseudo = Checksums.pseudoHeader(headers, header, tcp ? IpHeader.TCP : IpHeader.UDP);
        BigEndian.put16(headers, header + l4 + field, Checksums.fold(pseudo + Checksums.word(length[slot] - l4)));
        int bytes = headerLengths[slot];
        MemorySegment.copy(headers, header, memory, ValueLayout.JAVA_BYTE, virtio + VirtioHeader.SIZE, bytes);
        Vectors.set(memory, vector(slot, 0), memory.address() + virtio, VirtioHeader.SIZE + bytes);
        long first = Vectors.address(memory, vector(slot, 1));
        Vectors.set(memory, vector(slot, 1), first + bytes, segment[slot]);
        int gsoType = tcp ? (four ? VirtioHeader.GSO_TCP4 : VirtioHeader.GSO_TCP6) : VirtioHeader.GSO_UDP;
        VirtioHeader.writeSegmented(memory, virtio, gsoType, headerLengths[slot], segment[slot], l4, field);
    }
}

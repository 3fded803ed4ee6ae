package dev.pharos.agent.dataplane;

import dev.pharos.agent.linux.VirtioHeader;
import java.lang.foreign.MemorySegment;

/**
 * Takes a packet as the TUN device hands it over, up to 64 KB with its checksum unfinished, and makes the packets of
 * ordinary size that it stands for, one at a time and only when there is room for the next. Payloads stay where they are:
 * from there each packet is sealed to where it is sent from.
 *
 * <p>{@link #begin}, then {@link #next} while {@link #hasNext}. Each packet gets the header of the large one with its own
 * length, identification, sequence number and flags, and finished checksums, as the far side's kernel checks them.
 */
final class Segmenter {
    /** IPv6 with extension headers and TCP with all options fits. */
    private static final int MAX_HEADER = 256;

    private MemorySegment memory;
    private long base;

    /** The large packet's; from the first {@link #next} on, that of the packet completed last. */
    private final byte[] header = new byte[MAX_HEADER];

    private int gsoType;
    private boolean needsChecksum;
    private boolean v4;
    private int transport;
    private int checksumField;
    private int headerLength;
    private int packetLength;
    private int segmentPayload;
    private int position;
    private int index;
    private long pseudoHeader;

    // Of a large packet: what differs from packet to packet, and the sums of all else in its headers.
    private int firstId;
    private int firstSequence;
    private int flags;
    private long ipRest;
    private long transportRest;

    /** @param memory what the TUN device is read into, a virtio header first */
    Segmenter(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * Looks at a packet just read.
     *
     * @param length with the virtio header
     * @return false for one that makes no sense, which is to be dropped
     */
    boolean begin(int length) {
        return begin(memory, 0, length);
    }

    /** The same for a packet that lies elsewhere, from here on. */
    boolean begin(MemorySegment where, long at, int length) {
        memory = where;
        base = at;
        packetLength = length - VirtioHeader.SIZE;
        int copied = Math.min(packetLength, MAX_HEADER);
        if (copied < IpHeader.V4_LENGTH) {
            return false;
        }
        Slab.read(memory, base + VirtioHeader.SIZE, header, copied);
        v4 = IpHeader.isV4(header, 0);
        if (!v4 && (!IpHeader.isV6(header, 0) || copied < IpHeader.V6_LENGTH)) {
            return false;
        }
        gsoType = VirtioHeader.gsoType(memory, base);
        needsChecksum = VirtioHeader.needsChecksum(memory, base);
        transport = VirtioHeader.checksumStart(memory, base);
        checksumField = VirtioHeader.checksumOffset(memory, base);
        index = 0;
        if (gsoType == VirtioHeader.GSO_NONE) {
            headerLength = 0;
            segmentPayload = packetLength;
        } else if (!needsChecksum || !measureHeaders(copied)) {
            return false;
        }
        position = headerLength;
        if (needsChecksum && !checksumIsInside(gsoType == VirtioHeader.GSO_NONE ? copied : headerLength)) {
            return false;
        }
        if (gsoType != VirtioHeader.GSO_NONE) {
            sumHeaders();
        }
        return true;
    }

    private boolean measureHeaders(int copied) {
        segmentPayload = VirtioHeader.gsoSize(memory, base);
        boolean udp = gsoType == VirtioHeader.GSO_UDP;
        int minimum = udp ? IpHeader.UDP_LENGTH : IpHeader.TCP_LENGTH;
        int ipHeader = v4 ? Math.max(IpHeader.v4HeaderLength(header, 0), IpHeader.V4_LENGTH) : IpHeader.V6_LENGTH;
        if (segmentPayload == 0 || transport < ipHeader || transport + minimum > copied) {
            return false;
        }
        headerLength = transport + (udp ? IpHeader.UDP_LENGTH : IpHeader.tcpHeaderLength(header, transport));
        return headerLength >= transport + minimum && headerLength <= copied && headerLength < packetLength;
    }

    private boolean checksumIsInside(int bytes) {
        if (transport + checksumField + Short.BYTES > bytes || transport < IpHeader.V4_LENGTH) {
            return false;
        }
        boolean udp = checksumField == IpHeader.UDP_CHECKSUM;
        pseudoHeader = Checksums.pseudoHeader(header, 0, udp ? IpHeader.UDP : IpHeader.TCP);
        return true;
    }

    private void sumHeaders() {
        if (v4) {
            firstId = BigEndian.u16(header, IpHeader.V4_ID);
            ipRest = Checksums.sum(header, 0, IpHeader.v4HeaderLength(header, 0))
                    + without(IpHeader.V4_TOTAL_LENGTH)
                    + without(IpHeader.V4_ID)
                    + without(IpHeader.V4_CHECKSUM);
        }
        transportRest = pseudoHeader
                + Checksums.sum(header, transport, headerLength - transport)
                + without(transport + checksumField);
        if (gsoType == VirtioHeader.GSO_UDP) {
            transportRest += without(transport + IpHeader.UDP_LENGTH_FIELD);
        } else {
            firstSequence = BigEndian.i32(header, transport + IpHeader.TCP_SEQUENCE);
            flags = header[transport + IpHeader.TCP_FLAGS];
            transportRest += without(transport + IpHeader.TCP_SEQUENCE)
                    + without(transport + IpHeader.TCP_SEQUENCE + 2)
                    + without(transport + IpHeader.TCP_DATA_OFFSET);
        }
    }

    /** What takes the 16 bits there out of a one's complement sum. */
    private long without(int at) {
        return ~Checksums.word(BigEndian.u16(header, at)) & 0xffff;
    }

    /** The first bytes of the large packet, its IP header and more, for whoever has to know where it goes. */
    byte[] header() {
        return header;
    }

    /** How much of {@link #header} belongs to this packet. */
    int headerBytes() {
        return Math.min(packetLength, MAX_HEADER);
    }

    /** Bytes of the large packet. */
    int packetLength() {
        return packetLength;
    }

    boolean hasNext() {
        return position < packetLength;
    }

    /** Bytes of the next packet. */
    int nextLength() {
        return headerLength + Math.min(segmentPayload, packetLength - position);
    }

    /** Where the packets lie. */
    MemorySegment memory() {
        return memory;
    }

    /**
     * Completes the next packet, {@link #nextLength} bytes, where its payload lies: its header goes right before that, over
     * the end of the packet before it, which is lost.
     *
     * @return its offset in {@link #memory}
     */
    long next() {
        int payload = Math.min(segmentPayload, packetLength - position);
        long at = base + VirtioHeader.SIZE + position - headerLength;
        if (gsoType == VirtioHeader.GSO_NONE) {
            if (needsChecksum) {
                completeWhole(at);
            }
        } else {
            completeIp(headerLength + payload);
            long sum = transportRest
                    + Checksums.word(headerLength - transport + payload)
                    + patchTransport(payload, position + payload == packetLength)
                    + Checksums.sum(memory, at + headerLength, payload);
            BigEndian.put16(header, transport + checksumField, checksumAsSent(Checksums.finish(sum)));
            Slab.write(header, memory, at, headerLength);
        }
        position += payload;
        index++;
        return at;
    }

    /** Completes the next packet, and writes it out. */
    void write(MemorySegment out, long at) {
        int length = nextLength();
        MemorySegment.copy(memory, next(), out, at, length);
    }

    /** Leaves the next packet out. */
    void skip() {
        position += Math.min(segmentPayload, packetLength - position);
        index++;
    }

    /** What the field holds already is the pseudo-header's sum, whatever the protocol; it takes part in the sum. */
    private void completeWhole(long at) {
        int checksum = Checksums.finish(Checksums.sum(memory, at + transport, packetLength - transport));
        Slab.put16(memory, at + transport + checksumField, checksumAsSent(checksum));
    }

    /** Over UDP zero stands for no checksum. */
    private int checksumAsSent(int checksum) {
        return checksum == 0 && checksumField == IpHeader.UDP_CHECKSUM ? 0xffff : checksum;
    }

    private void completeIp(int length) {
        if (v4) {
            int id = firstId + index;
            BigEndian.put16(header, IpHeader.V4_TOTAL_LENGTH, length);
            BigEndian.put16(header, IpHeader.V4_ID, id);
            int checksum = Checksums.finish(ipRest + Checksums.word(length) + Checksums.word(id));
            BigEndian.put16(header, IpHeader.V4_CHECKSUM, checksum);
        } else {
            BigEndian.put16(header, IpHeader.V6_PAYLOAD_LENGTH, length - IpHeader.V6_LENGTH);
        }
    }

    /** Writes what differs from packet to packet; its sum. */
    private long patchTransport(int payload, boolean last) {
        if (gsoType == VirtioHeader.GSO_UDP) {
            int length = IpHeader.UDP_LENGTH + payload;
            BigEndian.put16(header, transport + IpHeader.UDP_LENGTH_FIELD, length);
            return Checksums.word(length);
        }
        int sequence = firstSequence + position - headerLength;
        BigEndian.put32(header, transport + IpHeader.TCP_SEQUENCE, sequence);
        int mask = last ? 0xff : ~(IpHeader.TCP_FIN | IpHeader.TCP_PSH);
        header[transport + IpHeader.TCP_FLAGS] = (byte) (flags & mask & (index > 0 ? ~IpHeader.TCP_CWR : 0xff));
        return Checksums.word(sequence >>> 16)
                + Checksums.word(sequence)
                + Checksums.word(BigEndian.u16(header, transport + IpHeader.TCP_DATA_OFFSET));
    }
}

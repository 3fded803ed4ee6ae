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
    private final byte[] header = new byte[MAX_HEADER];

    /** The header of the packet being written. */
    private final byte[] patched = new byte[MAX_HEADER];

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
        if (needsChecksum) {
            return checksumIsInside(gsoType == VirtioHeader.GSO_NONE ? copied : headerLength);
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
            System.arraycopy(header, 0, patched, 0, headerLength);
            patchIp(patched, 0, headerLength + payload);
            patchTransport(patched, transport, payload, position + payload == packetLength);
            completeTransport(Checksums.sum(memory, at + headerLength, payload), payload);
            Slab.write(patched, memory, at, headerLength);
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

    private void completeTransport(long payloadSum, int payload) {
        BigEndian.put16(patched, transport + checksumField, 0);
        int length = headerLength - transport;
        int checksum = Checksums.finish(pseudoHeader
                + Checksums.word(length + payload)
                + Checksums.sum(patched, transport, length)
                + payloadSum);
        BigEndian.put16(patched, transport + checksumField, checksumAsSent(checksum));
    }

    /** Over UDP zero stands for no checksum. */
    private int checksumAsSent(int checksum) {
        return checksum == 0 && checksumField == IpHeader.UDP_CHECKSUM ? 0xffff : checksum;
    }

    private void patchIp(byte[] out, int ip, int length) {
        if (v4) {
            BigEndian.put16(out, ip + IpHeader.V4_TOTAL_LENGTH, length);
            BigEndian.put16(out, ip + IpHeader.V4_ID, BigEndian.u16(header, IpHeader.V4_ID) + index);
            Checksums.completeIpv4(out, ip, IpHeader.v4HeaderLength(header, 0));
        } else {
            BigEndian.put16(out, ip + IpHeader.V6_PAYLOAD_LENGTH, length - IpHeader.V6_LENGTH);
        }
    }

    private void patchTransport(byte[] out, int at, int payload, boolean last) {
        if (gsoType == VirtioHeader.GSO_UDP) {
            BigEndian.put16(out, at + IpHeader.UDP_LENGTH_FIELD, IpHeader.UDP_LENGTH + payload);
            return;
        }
        int sequence = BigEndian.i32(header, transport + IpHeader.TCP_SEQUENCE) + position - headerLength;
        BigEndian.put32(out, at + IpHeader.TCP_SEQUENCE, sequence);
        int flags = out[at + IpHeader.TCP_FLAGS];
        if (!last) {
            flags &= ~(IpHeader.TCP_FIN | IpHeader.TCP_PSH);
        }
        if (index > 0) {
            flags &= ~IpHeader.TCP_CWR;
        }
        out[at + IpHeader.TCP_FLAGS] = (byte) flags;
    }
}

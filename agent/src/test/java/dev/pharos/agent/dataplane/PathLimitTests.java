package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathLimitTests {
    private static final int MAXIMUM = 1248;
    private static final int SYN = 0x02;

    /** Options stand before the segment size, so that it lies at an even and at an odd place. */
    @ParameterizedTest
    @CsvSource({"4, 0", "4, 1", "4, 2", "6, 0", "6, 1", "6, 3"})
    void aConnectionIsOpenedWithSegmentsThatFitAndARightChecksum(int version, int before) {
        byte[] packet = opening(version, before, SYN);
        int transport = version == 4 ? 20 : 40;

        PathLimit.clamp(1000, MemorySegment.ofArray(packet), 0, packet.length);

        assertThat(BigEndian.u16(packet, transport + 20 + before + 2)).isEqualTo(1000 - transport - 20);
        assertThat(checksum(packet, transport)).isEqualTo(BigEndian.u16(packet, transport + 16));
    }

    @ParameterizedTest
    @CsvSource({"1400, 2", "1000, 16", "1000, 24"})
    void whatFitsOrOpensNothingStaysAsItIs(int largest, int flags) {
        byte[] packet = opening(4, 0, flags);
        byte[] same = packet.clone();

        PathLimit.clamp(largest, MemorySegment.ofArray(packet), 0, packet.length);

        assertThat(packet).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "2, 40", "255, 1", "3, 3"})
    void optionsThatMakeNoSenseAreLeftAlone(int kind, int length) {
        byte[] packet = opening(4, 0, SYN);
        packet[40] = (byte) kind;
        packet[41] = (byte) length;
        byte[] same = packet.clone();

        PathLimit.clamp(1000, MemorySegment.ofArray(packet), 0, packet.length);

        assertThat(packet).isEqualTo(same);
    }

    private static byte[] opening(int version, int before, int flags) {
        int transport = version == 4 ? 20 : 40;
        byte[] packet = new byte[transport + 32];
        if (version == 4) {
            packet[0] = 0x45;
            BigEndian.put16(packet, IpHeader.V4_TOTAL_LENGTH, packet.length);
            packet[IpHeader.V4_PROTOCOL] = IpHeader.TCP;
            BigEndian.put32(packet, IpHeader.V4_SOURCE, 0x0a2a0001);
            BigEndian.put32(packet, IpHeader.V4_DESTINATION, 0x0a2a0002);
        } else {
            packet[0] = 0x60;
            BigEndian.put16(packet, IpHeader.V6_PAYLOAD_LENGTH, 32);
            packet[IpHeader.V6_NEXT_HEADER] = IpHeader.TCP;
            packet[IpHeader.V6_SOURCE] = (byte) 0xfd;
            packet[IpHeader.V6_DESTINATION] = (byte) 0xfe;
        }
        BigEndian.put16(packet, transport, 40_000);
        BigEndian.put16(packet, transport + 2, 22);
        packet[transport + IpHeader.TCP_DATA_OFFSET] = (byte) ((32 / 4) << 4);
        packet[transport + IpHeader.TCP_FLAGS] = (byte) flags;
        int option = transport + 20;
        for (int i = 0; i < before; i++) {
            packet[option++] = 1;
        }
        packet[option] = 2;
        packet[option + 1] = 4;
        BigEndian.put16(packet, option + 2, MAXIMUM);
        BigEndian.put16(packet, transport + 16, checksum(packet, transport));
        return packet;
    }

    private static int checksum(byte[] packet, int transport) {
        byte[] copy = packet.clone();
        BigEndian.put16(copy, transport + 16, 0);
        long pseudo = Checksums.pseudoHeader(copy, 0, IpHeader.TCP) + Checksums.word(copy.length - transport);
        return Checksums.finish(pseudo + Checksums.sum(copy, transport, copy.length - transport));
    }
}

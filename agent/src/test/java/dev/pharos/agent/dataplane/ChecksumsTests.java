package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class ChecksumsTests {
    /** RFC 1071, section 3: the sum of 00 01 f2 03 f4 f5 f6 f7 is ddf2. */
    @Example
    void theExampleOfTheSpecification() {
        byte[] bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertThat(Checksums.fold(Checksums.sum(bytes, 0, 8))).isEqualTo(0xddf2);
        assertThat(Checksums.finish(Checksums.sum(bytes, 0, 8))).isEqualTo(0x220d);
    }

    @Property
    void everyLengthAtEveryOffsetSumsAsTwoBytesAtATime(@ForAll @Size(max = 200) byte[] bytes) {
        for (int from = 0; from < Math.min(9, bytes.length); from++) {
            int length = bytes.length - from;
            assertThat(Checksums.fold(Checksums.sum(bytes, from, length))).isEqualTo(plain(bytes, from));
            MemorySegment slab = Arena.ofAuto().allocate(bytes.length);
            MemorySegment.copy(bytes, 0, slab, ValueLayout.JAVA_BYTE, 0, bytes.length);
            assertThat(Checksums.fold(Checksums.sum(slab, from, length))).isEqualTo(plain(bytes, from));
        }
    }

    private static int plain(byte[] bytes, int from) {
        int sum = 0;
        for (int i = from; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    @Example
    void anIpv4HeaderFromTheBooks() {
        byte[] header = HexFormat.of().parseHex("45000073000040004011b861c0a80001c0a800c7");
        byte[] copy = header.clone();
        Checksums.completeIpv4(copy, 0, 20);
        assertThat(copy).isEqualTo(header);
    }
}

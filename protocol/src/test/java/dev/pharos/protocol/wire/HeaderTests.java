package dev.pharos.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTests {
    @ParameterizedTest
    @CsvSource({
        "HANDSHAKE, 1000",
        "DATA, 1100",
        "RELAYED, 1101",
        "RECV_ERROR, 1200",
        "LIGHTHOUSE, 1300",
        "TEST_REQUEST, 1400",
        "TEST_REPLY, 1401",
        "CLOSE_TUNNEL, 1500",
        "CONTROL, 1600",
    })
    void typeAndSubtypeHaveTheirBytes(PacketType type, String bytes) throws Exception {
        var header = new Header(type, 0x11223344, 3);
        assertThat(HexFormat.of().formatHex(header.toBytes())).isEqualTo(bytes + "0000112233440000000000000003");
        assertThat(Header.parse(header.toBytes(), 0, Header.LENGTH)).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1001", "1102", "1201", "1301", "1402", "1501", "1601", "1700", "1f00", "2100", "0100", "11ff"})
    void everyOtherPairOrVersionIsInvalid(String start) {
        byte[] packet = HexFormat.of().parseHex(start + "0000112233440000000000000003");
        assertThat(Header.type(packet, 0)).isEqualTo(PacketType.INVALID);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Header.parse(packet, 0, packet.length));
    }

    @Test
    void reservedBytesAreIgnored() throws Exception {
        byte[] packet = HexFormat.of().parseHex("1100beef112233440000000000000003");
        assertThat(Header.parse(packet, 0, 16)).isEqualTo(new Header(PacketType.DATA, 0x11223344, 3));
    }

    @Test
    void fifteenBytesAreTooShort() {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Header.parse(new byte[16], 0, 15));
    }

    @Property
    void aHeaderIsReadBackFromAnyOffset(@ForAll PacketType type, @ForAll int index, @ForAll long counter) {
        if (type == PacketType.INVALID) {
            return;
        }
        byte[] buffer = new byte[40];
        Header.write(buffer, 7, type, index, counter);
        assertThat(Header.type(buffer, 7)).isEqualTo(type);
        assertThat(Header.remoteIndex(buffer, 7)).isEqualTo(index);
        assertThat(Header.counter(buffer, 7)).isEqualTo(counter);
        assertThat(buffer[6]).isZero();
        assertThat(buffer[23]).isZero();
    }
}

package dev.pharos.protocol.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTests {
    @Test
    void fieldsAreWrittenInTheOrderOfTheCalls() {
        var inner = new ProtobufWriter().uint32(1, -1);
        byte[] bytes = new ProtobufWriter()
                .string(1, "n2")
                .packedUint32(2, 1, 300)
                .varint(5, -1)
                .bool(8, true)
                .message(9, inner)
                .toBytes();
        assertThat(hex(bytes))
                .isEqualTo("0a026e32" + "120301ac02" + "28ffffffffffffffffff01" + "4001" + "4a0608ffffffff0f");
    }

    @Test
    void defaultsAreLeftOutButElementsAndMessagesAreNot() {
        byte[] bytes = new ProtobufWriter()
                .string(1, "")
                .varint(2, 0)
                .bool(3, false)
                .packedUint32(4)
                .bytes(5, new byte[0])
                .element(6, "")
                .message(7, new ProtobufWriter())
                .toBytes();
        assertThat(hex(bytes)).isEqualTo("3200" + "3a00");
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        var reader = new ProtobufReader(new ProtobufWriter()
                .string(1, "grün")
                .uint32(2, 0xfffffffe)
                .varint(3, Long.MIN_VALUE)
                .bool(4, true)
                .bytes(5, new byte[] {1, 2})
                .toBytes());
        assertThat(reader.next()).isTrue();
        assertThat(reader.string()).isEqualTo("grün");
        assertThat(reader.next()).isTrue();
        assertThat(reader.uint32()).isEqualTo(0xfffffffe);
        assertThat(reader.next()).isTrue();
        assertThat(reader.varint()).isEqualTo(Long.MIN_VALUE);
        assertThat(reader.next()).isTrue();
        assertThat(reader.bool()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.bytes()).containsExactly(1, 2);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void unknownFieldsOfEveryWireTypeAreSkipped() throws Exception {
        var reader =
                new ProtobufReader(unhex("a00601" + "a9060102030405060708" + "b20602aabb" + "bd0601020304" + "0807"));
        int known = 0;
        while (reader.next()) {
            if (reader.field() == 1) {
                known = reader.uint32();
            }
        }
        assertThat(known).isEqualTo(7);
    }

    @Test
    void repeatedNumbersAreReadPackedAndPlain() throws Exception {
        List<Integer> numbers = new ArrayList<>();
        var reader = new ProtobufReader(unhex("2a0301ac02" + "2805"));
        while (reader.next()) {
            reader.uint32s(numbers::add);
        }
        assertThat(numbers).containsExactly(1, 300, 5);
    }

    @Test
    void anotherWireTypeThanExpectedIsMalformed() {
        refuses("0a0101", ProtobufReader::uint32);
        refuses("0801", ProtobufReader::bytes);
        refuses("0d01020304", ProtobufReader::varint);
    }

    @Test
    void numbersBeyondThirtyTwoBitsAreMalformed() {
        refuses("088080808010", ProtobufReader::uint32);
        refuses("0a058080808010", reader -> reader.uint32s(number -> {}));
    }

    @Test
    void textThatIsNotUtf8IsMalformed() {
        refuses("0a02c328", ProtobufReader::string);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // tag cut short
                "08", // no value
                "0a05aa", // length beyond the end
                "0affffffffffffffffff01", // negative length
                "09010203", // fixed64 cut short
                "0d01", // fixed32 cut short
                "08ffffffffffffffffff02", // varint beyond 64 bits
                "0880808080808080808080808001", // varint without end
                "0001", // field number 0
                "80808080800101", // field number beyond 29 bits
                "0b0c", // group
                "0e", // wire type 6
            })
    void whatIsNoMessageIsMalformed(String bytes) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> walk(unhex(bytes)));
    }

    @Property
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll byte[] bytes) {
        try {
            walk(bytes);
        } catch (MalformedException e) {
            assertThat(e).hasMessageStartingWith("protobuf: ");
        }
    }

    private static void walk(byte[] bytes) throws MalformedException {
        var reader = new ProtobufReader(bytes);
        while (reader.next()) {
            assertThat(reader.field()).isPositive();
        }
    }

    private interface Read {
        void from(ProtobufReader reader) throws MalformedException;
    }

    private static void refuses(String bytes, Read read) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> {
            var reader = new ProtobufReader(unhex(bytes));
            assertThat(reader.next()).isTrue();
            read.from(reader);
        });
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] unhex(String text) {
        return HexFormat.of().parseHex(text);
    }
}

package dev.pharos.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;
import dev.pharos.protocol.wire.RelayMessage.Received;
import dev.pharos.protocol.wire.RelayMessage.Unknown;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The response vectors are plaintexts that real daemons sent (facts, nebula-protocol 21). */
class RelayMessageTests {
    private static final VpnAddress TO = VpnAddress.ofV4(0x0a630003);
    private static final VpnAddress FROM = VpnAddress.ofV4(0x0a630002);
    private static final RelayIndex INITIATOR = new RelayIndex(0x11223344);

    @Test
    void responsesAreAsSeenOnTheWire() throws Exception {
        bothWays(
                AddressForm.V1,
                new CreateRelayResponse(INITIATOR, new RelayIndex(0x1929976e), TO, FROM),
                "080210c4e688890118eeaea6c9012083808c532882808c53");
        bothWays(
                AddressForm.V2,
                new CreateRelayResponse(INITIATOR, new RelayIndex(0x01f7ab0e), TO, FROM),
                "080210c4e6888901188ed6de0f32081083808cd3f0ff3f3a081082808cd3f0ff3f");
    }

    @Test
    void requestsHaveNoResponderIndex() throws Exception {
        var request = new CreateRelayRequest(INITIATOR, TO, FROM);
        bothWays(AddressForm.V1, request, "080110c4e68889012083808c532882808c53");
        bothWays(AddressForm.V2, request, "080110c4e688890132081083808cd3f0ff3f3a081082808cd3f0ff3f");
    }

    @Test
    void theV1FormRefusesIpv6() {
        var request = new CreateRelayRequest(INITIATOR, new VpnAddress(0xfd00L << 48, 2), FROM);
        assertThatIllegalArgumentException().isThrownBy(() -> request.encode(AddressForm.V1));
    }

    @Test
    void otherKindsAreUnknownNotMalformed() throws Exception {
        assertThat(parse("0807").message()).isEqualTo(new Unknown(7));
        assertThat(parse("").message()).isEqualTo(new Unknown(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08012083808c532882808c53", // no initiator index
                "080210c4e68889012083808c532882808c53", // response without responder index
                "080110c4e6888901", // no addresses
                "080110c4e68889012083808c53", // no sender
                "080110c4e688890132081083808cd3f0ff", // cut short
            })
    void malformedMessagesAreRefused(String message) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> parse(message));
    }

    @Property
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll byte[] bytes) {
        try {
            RelayMessage.parse(bytes, 0, bytes.length);
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void bothWays(AddressForm form, RelayMessage message, String hex) throws Exception {
        assertThat(HexFormat.of().formatHex(message.encode(form))).isEqualTo(hex);
        assertThat(parse(hex)).isEqualTo(new Received(message, form));
    }

    private static Received parse(String hex) throws MalformedException {
        byte[] message = HexFormat.of().parseHex(hex);
        return RelayMessage.parse(message, 0, message.length);
    }
}

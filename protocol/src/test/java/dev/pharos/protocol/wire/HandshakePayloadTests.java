package dev.pharos.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakePayloadTests {
    private static final byte[] CERTIFICATE = {1, 2, 3};
    private static final TunnelIndex INITIATOR = new TunnelIndex(0xf0000001);
    private static final TunnelIndex RESPONDER = new TunnelIndex(5);

    @Test
    void aRequestHasItsBytes() throws Exception {
        HandshakePayload payload = HandshakePayload.request(CERTIFICATE, 1, INITIATOR, 300, 0);
        assertThat(hex(payload.toBytes())).isEqualTo("0a10" + "0a03010203" + "1081808080" + "0f" + "28ac02" + "4001");
        assertThat(HandshakePayload.parseRequest(payload.toBytes())).isEqualTo(payload);
    }

    @Test
    void aResponseCarriesBothIndexesAndOurExtension() throws Exception {
        HandshakePayload payload =
                HandshakePayload.parseResponse(HandshakePayload.response(CERTIFICATE, 2, INITIATOR, RESPONDER, 7, 0b101)
                        .toBytes());
        assertThat(payload.certificate()).isEqualTo(CERTIFICATE);
        assertThat(payload.certificateVersion()).isEqualTo(2);
        assertThat(payload.initiatorIndex()).isEqualTo(INITIATOR);
        assertThat(payload.responderIndex()).isEqualTo(RESPONDER);
        assertThat(payload.time()).isEqualTo(7);
        assertThat(payload.capabilities()).isEqualTo(5);
    }

    @Test
    void anOldNodeSaysNoVersionAndMeansOne() throws Exception {
        assertThat(HandshakePayload.parseRequest(unhex("0a05" + "0a01aa" + "1001"))
                        .certificateVersion())
                .isEqualTo(1);
        assertThat(HandshakePayload.parseRequest(unhex("0a07" + "0a01aa" + "1001" + "4000"))
                        .certificateVersion())
                .isEqualTo(1);
    }

    @Test
    void unknownFieldsAreSkippedInBothMessages() throws Exception {
        HandshakePayload payload =
                HandshakePayload.parseRequest(unhex("0a09" + "0a01aa" + "1001" + "aa060101" + "ea040155"));
        assertThat(payload.initiatorIndex()).isEqualTo(new TunnelIndex(1));
        assertThat(payload.capabilities()).isZero();
    }

    @Test
    void theLastOfDuplicatesWins() throws Exception {
        assertThat(HandshakePayload.parseRequest(unhex("0a07" + "0a01aa" + "1001" + "1002"))
                        .initiatorIndex())
                .isEqualTo(new TunnelIndex(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "0a00", // no details
                "0a021001", // no certificate
                "0a030a01aa", // no initiator index
                "0a050a01aa1000", // initiator index 0
                "0a070a01aa10014003", // certificate version 3
                "0a090a01aa108080808010", // index beyond 32 bits
                "0a0a0a01aa1d01020304100100", // wrong wire type on a known field
                "0a040801" + "1001", // certificate that is a number
            })
    void malformedRequestsAreRefused(String message) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> HandshakePayload.parseRequest(unhex(message)));
    }

    @Test
    void aResponseWithoutResponderIndexIsRefused() {
        byte[] request =
                HandshakePayload.request(CERTIFICATE, 1, INITIATOR, 1, 0).toBytes();
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> HandshakePayload.parseResponse(request));
    }

    @Property
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll byte[] bytes) {
        try {
            HandshakePayload.parseRequest(bytes);
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] unhex(String text) {
        return HexFormat.of().parseHex(text);
    }
}

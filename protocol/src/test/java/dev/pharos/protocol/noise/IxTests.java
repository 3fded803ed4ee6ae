package dev.pharos.protocol.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.pharos.protocol.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IxTests {
    private static final byte[] PAYLOAD_1 = "nebula-kat-1".getBytes(US_ASCII);
    private static final byte[] PAYLOAD_2 = "nebula-kat-2".getBytes(US_ASCII);

    @ParameterizedTest
    @EnumSource
    void theStateStartsWithNameAndEmptyPrologue(Vectors vectors) {
        assertThat(SymmetricState.ix(vectors.function, vectors.suite).hash()).isEqualTo(vectors.bytes("h0"));
    }

    @ParameterizedTest
    @EnumSource
    void bothMessagesAndKeysAreTheKnownAnswers(Vectors vectors) throws Exception {
        IxInitiator initiator = initiator(vectors);
        assertThat(initiator.message()).isEqualTo(vectors.bytes("m1"));

        IxResponder responder = responder(vectors, vectors.bytes("m1"));
        assertThat(responder.payload()).isEqualTo(PAYLOAD_1);
        assertThat(responder.peerStatic()).isEqualTo(key(vectors, 1).publicKey());
        IxResponder.Result response = responder.respond(key(vectors, 4), PAYLOAD_2);
        assertThat(response.message()).isEqualTo(vectors.bytes("m2"));

        IxInitiator.Result result = read(initiator, vectors.bytes("m2"));
        assertThat(result.payload()).isEqualTo(PAYLOAD_2);
        assertThat(result.peerStatic()).isEqualTo(key(vectors, 2).publicKey());
        assertThat(result.keys().sendKey()).isEqualTo(vectors.bytes("i2r"));
        assertThat(result.keys().receiveKey()).isEqualTo(vectors.bytes("r2i"));
        assertThat(response.keys().sendKey()).isEqualTo(vectors.bytes("r2i"));
        assertThat(response.keys().receiveKey()).isEqualTo(vectors.bytes("i2r"));
        assertThat(result.keys().handshakeHash()).isEqualTo(response.keys().handshakeHash());
        if (vectors.has("h")) {
            assertThat(result.keys().handshakeHash()).isEqualTo(vectors.bytes("h"));
        }
    }

    @Test
    void p256WithChaChaPolyAgreesToo() throws Exception {
        DhKeyPair initiatorKey = DhKeyPair.p256(filled(1));
        var random = new Random(1);
        var initiator =
                new IxInitiator(CipherSuite.CHACHA_POLY, initiatorKey, initiatorKey.newEphemeral(random), PAYLOAD_1);
        byte[] first = initiator.message();
        DhKeyPair responderKey = DhKeyPair.p256(filled(2));
        var responder = new IxResponder(CipherSuite.CHACHA_POLY, responderKey, first, 0, first.length);
        IxResponder.Result response = responder.respond(responderKey.newEphemeral(random), PAYLOAD_2);
        assertThat(read(initiator, response.message()).keys().sendKey())
                .isEqualTo(response.keys().receiveKey());
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeSurvivesJunk(Vectors vectors) throws Exception {
        IxInitiator initiator = initiator(vectors);
        byte[] genuine = vectors.bytes("m2");
        for (int position : new int[] {1, vectors.function.publicKeyLength() + 1, genuine.length - 1}) {
            byte[] junk = genuine.clone();
            junk[position] ^= 1;
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read(initiator, junk));
        }
        assertThat(read(initiator, genuine).payload()).isEqualTo(PAYLOAD_2);
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsMalformed(Vectors vectors) throws Exception {
        IxInitiator initiator = initiator(vectors);
        byte[] second = vectors.bytes("m2");
        int sealedStaticEnd = 2 * vectors.function.publicKeyLength() + TransportCipher.TAG_LENGTH;
        for (int length : new int[] {0, 31, 32, sealedStaticEnd - 1, sealedStaticEnd, second.length - 1}) {
            byte[] cut = Arrays.copyOf(second, length);
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read(initiator, cut));
        }
        byte[] first = vectors.bytes("m1");
        byte[] cut = Arrays.copyOf(first, 2 * vectors.function.publicKeyLength() - 1);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> responder(vectors, cut));
    }

    @Test
    void anotherCipherIsNoticedByTheInitiatorAlone() throws Exception {
        IxInitiator initiator = initiator(Vectors.X25519_AES);
        byte[] first = initiator.message();
        byte[] second = responder(Vectors.X25519_CHACHA, first)
                .respond(key(Vectors.X25519_CHACHA, 4), PAYLOAD_2)
                .message();
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read(initiator, second));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            })
    void keysOfLowOrderAreRefused(String point) throws Exception {
        byte[] key = HexFormat.of().parseHex(point);
        byte[] second = Vectors.X25519_AES.bytes("m2");
        System.arraycopy(key, 0, second, 0, 32);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> read(initiator(Vectors.X25519_AES), second))
                .withMessageContaining("low order");
        byte[] first = Vectors.X25519_AES.bytes("m1");
        System.arraycopy(key, 0, first, 32, 32);
        IxResponder responder = responder(Vectors.X25519_AES, first);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> responder.respond(key(Vectors.X25519_AES, 4), PAYLOAD_2));
    }

    @Test
    void pointsOffTheCurveAreRefused() throws Exception {
        byte[] first = Vectors.P256_AES.bytes("m1");
        first[64] ^= 1;
        IxResponder responder = responder(Vectors.P256_AES, first);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> responder.respond(key(Vectors.P256_AES, 4), PAYLOAD_2))
                .withMessageContaining("no point");
    }

    @Test
    void keysAreMadeOnce() throws Exception {
        IxInitiator initiator = initiator(Vectors.X25519_AES);
        byte[] second = Vectors.X25519_AES.bytes("m2");
        read(initiator, second);
        assertThatIllegalStateException().isThrownBy(() -> read(initiator, second));
        IxResponder responder = responder(Vectors.X25519_AES, initiator.message());
        responder.respond(key(Vectors.X25519_AES, 4), PAYLOAD_2);
        assertThatIllegalStateException().isThrownBy(() -> responder.respond(key(Vectors.X25519_AES, 4), PAYLOAD_2));
    }

    @Test
    void curvesAreNotMixed() throws Exception {
        DhKeyPair x25519 = DhKeyPair.x25519(filled(1));
        DhKeyPair p256 = DhKeyPair.p256(filled(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IxInitiator(CipherSuite.AES_GCM, x25519, p256, PAYLOAD_1));
    }

    @Test
    void whatIsNoPrivateKeyIsRefused() {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> DhKeyPair.x25519(new byte[31]));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> DhKeyPair.p256(new byte[32]));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> DhKeyPair.p256(filled(0xff)));
    }

    @Test
    void nothingPrintsAKey() throws Exception {
        IxInitiator.Result result = read(initiator(Vectors.X25519_AES), Vectors.X25519_AES.bytes("m2"));
        assertThat(DhKeyPair.x25519(filled(1))).hasToString("key pair of 25519");
        assertThat(result.keys()).hasToString("transport keys of AES_GCM");
        assertThat(result.keys().sealer(TransportCipherFactory.JCE)).hasToString("AES_GCM by JCE");
    }

    private static IxInitiator initiator(Vectors vectors) throws MalformedException {
        return new IxInitiator(vectors.suite, key(vectors, 1), key(vectors, 3), PAYLOAD_1);
    }

    private static IxResponder responder(Vectors vectors, byte[] first) throws MalformedException {
        return new IxResponder(vectors.suite, key(vectors, 2), first, 0, first.length);
    }

    private static IxInitiator.Result read(IxInitiator initiator, byte[] message) throws MalformedException {
        byte[] packet = new byte[message.length + 32];
        System.arraycopy(message, 0, packet, 16, message.length);
        return initiator.read(packet, 16, message.length);
    }

    private static DhKeyPair key(Vectors vectors, int octet) throws MalformedException {
        return switch (vectors.function) {
            case X25519_FUNCTION -> DhKeyPair.x25519(filled(octet));
            case P256_FUNCTION -> DhKeyPair.p256(filled(octet));
        };
    }

    private static byte[] filled(int octet) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) octet);
        return bytes;
    }
}

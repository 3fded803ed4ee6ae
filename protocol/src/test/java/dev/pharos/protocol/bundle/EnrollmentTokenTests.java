package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrollmentTokenTests {
    private static final EnrollmentToken TOKEN = BundleSamples.token();

    @Test
    void tokensRoundTrip() throws Exception {
        assertThat(TOKEN.encode()).matches("pharos-join-[A-Za-z0-9_-]+");
        assertThat(EnrollmentToken.parse(TOKEN.encode())).isEqualTo(TOKEN);
        assertThat(EnrollmentToken.parse(" " + TOKEN.encode() + "\n")).isEqualTo(TOKEN);
    }

    @Test
    void publiclyTrustedCertificatesNeedNoPins() throws Exception {
        EnrollmentToken token = new EnrollmentToken(
                List.of(URI.create("https://vpn.example.net")),
                "net_1",
                TOKEN.bundleKey(),
                TOKEN.secret(),
                TlsTrust.WEB_PKI);
        assertThat(EnrollmentToken.parse(token.encode()).tls()).isEqualTo(TlsTrust.WEB_PKI);
    }

    @Test
    void anyCutOffTokenIsToldFromAWrongOne() {
        String text = TOKEN.encode();
        for (int length = "pharos-join-".length(); length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> EnrollmentToken.parse(cut))
                    .withMessageContaining("cut off");
        }
    }

    @Test
    void anyChangedCharacterIsNoticed() {
        String text = TOKEN.encode();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String changed = text.substring(0, i) + other + text.substring(i + 1);
            assertThatExceptionOfType(MalformedException.class)
                    .as("character %d", i)
                    .isThrownBy(() -> EnrollmentToken.parse(changed));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "pharos-join-", "pharos-join-!", "pharos-join-AAAA", "pharos-join-AAAAAAAA"})
    void whatIsNoTokenIsMalformed(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> EnrollmentToken.parse(text));
    }

    @Test
    void tokensOfAnotherVersionAskForAnUpdate() {
        EnrollmentToken token =
                new EnrollmentToken(2, TOKEN.urls(), TOKEN.network(), TOKEN.bundleKey(), TOKEN.secret(), TOKEN.tls());
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> EnrollmentToken.parse(token.encode()))
                .withMessageContaining("update");
    }

    @Test
    void theSecretIsNotPrinted() {
        EnrollmentToken token = new EnrollmentToken(
                TOKEN.urls(),
                TOKEN.network(),
                TOKEN.bundleKey(),
                Binary.of("s".repeat(32).getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                TOKEN.tls());
        assertThat(token.toString()).doesNotContain(token.secret().text()).doesNotContain("sss");
        assertThat(token.secret()).hasToString("32 bytes");
    }
}

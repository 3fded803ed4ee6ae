package dev.pharos.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.protocol.MalformedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTests {
    @ParameterizedTest
    @CsvSource({"10s, PT10S", "100ms, PT0.1S", "1m30s, PT1M30S", "1.5h, PT1H30M", "250us, PT0.00025S", "0, PT0S"})
    void goWritesDurationsLikeThis(String text, Duration duration) throws Exception {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10 s", "-1s", "1d", "1s garbage", "999999999999h"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void microsecondsAreAlsoWrittenWithTheLetterMu() throws Exception {
        assertThat(GoDuration.parse("5µs")).isEqualTo(Duration.ofNanos(5000));
    }
}

package dev.pharos.control.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NoncesTests {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final Nonces nonces = new Nonces(new SetClock(now));

    @Test
    void isAcceptedOnce() {
        String nonce = nonces.issue();

        assertThat(nonces.use(nonce)).isTrue();
        assertThat(nonces.use(nonce)).isFalse();
    }

    @Test
    void isRefusedAfterFiveMinutes() {
        String nonce = nonces.issue();
        now.updateAndGet(time -> time.plus(Nonces.LIFETIME));

        assertThat(nonces.use(nonce)).isFalse();
    }

    @Test
    void isRefusedByAnotherProcess() {
        assertThat(new Nonces(new SetClock(now)).use(nonces.issue())).isFalse();
    }

    @Test
    void isRefusedWhenAnyOfItIsChanged() {
        String nonce = nonces.issue();
        for (int i = 0; i < nonce.length() - 1; i++) {
            char other = nonce.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(nonces.use(nonce.substring(0, i) + other + nonce.substring(i + 1)))
                    .isFalse();
        }
        assertThat(nonces.use("")).isFalse();
        assertThat(nonces.use("not base64!")).isFalse();
        assertThat(nonces.use(nonce)).isTrue();
    }

    @Test
    void aUsedOneStaysUsedForItsWholeLife() {
        String nonce = nonces.issue();
        nonces.use(nonce);
        now.updateAndGet(time -> time.plus(Nonces.LIFETIME).minus(Duration.ofSeconds(1)));
        nonces.use(nonces.issue());

        assertThat(nonces.use(nonce)).isFalse();
    }

    private static final class SetClock extends Clock {
        private final AtomicReference<Instant> now;

        SetClock(AtomicReference<Instant> now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

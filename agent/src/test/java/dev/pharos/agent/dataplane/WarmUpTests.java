package dev.pharos.agent.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is warmed up with has to be what packets go through: opened, and not refused before. */
class WarmUpTests {
    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void everyPacketIsOpened(CipherSuite suite) {
        for (TransportCipherFactory ciphers : new TransportCipherFactory[] {
            TransportCipherFactory.JCE, FastCiphers.choose().factory()
        }) {
            WarmUp warmUp = new WarmUp(Arena.ofAuto(), ciphers, suite);
            assertThat(warmUp.round(1)).as("of UDP or TCP").isPositive();
            assertThat(warmUp.round(1) + warmUp.round(9))
                    .as("one datagram, eight segments")
                    .isEqualTo(9);
        }
    }
}

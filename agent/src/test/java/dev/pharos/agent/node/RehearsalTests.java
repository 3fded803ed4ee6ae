package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.dataplane.RehearsalTransfer;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.bundle.Pin;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTests {
    private static final int ALL = (1 + RehearsalTransfer.SINGLES) * Rehearsal.LARGE_PACKETS;

    private final EventLog log = new EventLog(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), InstantSource.system());

    @Test
    void theTransferArrives(@TempDir Path directory) throws Exception {
        assertThat(Rehearsal.transfer(directory, log)).isGreaterThanOrEqualTo(ALL);
    }

    @Test
    void thatOfAnEnrolledHostDoesToo(@TempDir Path directory) throws Exception {
        URI nobody = URI.create("https://127.0.0.1:1");
        assertThat(EnrolledRehearsal.transfer(directory, nobody, Pin.of(new byte[0]), log))
                .isGreaterThanOrEqualTo(ALL);
    }
}

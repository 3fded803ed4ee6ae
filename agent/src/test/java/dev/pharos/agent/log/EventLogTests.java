package dev.pharos.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class EventLogTests {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final EventLog log = new EventLog(
            new PrintStream(written, true, StandardCharsets.UTF_8), () -> Instant.parse("2026-11-23T18:20:01.1239Z"));

    @Test
    void forPeopleAnEventIsAPhraseAndFields() {
        log.info("tunnel up", "peer", "laptop", "path", "relay anchor", "rttMs", 3);

        assertThat(text())
                .isEqualTo("2026-11-23T18:20:01.123Z INFO tunnel up peer=laptop path=\"relay anchor\" rttMs=3\n");
    }

    @Test
    void forMachinesAnEventIsAJsonObject() {
        log.format(Format.JSON).warning("refused", "why", "a \"quote\"\n\u0007", "count", 2, "again", true);

        assertThat(text())
                .isEqualTo("{\"time\":\"2026-11-23T18:20:01.123Z\",\"level\":\"warning\",\"event\":\"refused\","
                        + "\"why\":\"a \\\"quote\\\"\\n\\u0007\",\"count\":2,\"again\":true}\n");
    }

    @Test
    void aForeignNameCannotForgeALine() {
        log.info("tunnel up", "peer", "x\n2026 ERROR fire");

        assertThat(text()).hasLineCount(1);
    }

    @Test
    void eventsBelowTheLeastLevelAreNotWritten() {
        log.debug("noise");

        assertThat(text()).isEmpty();
    }

    @Test
    void whatALibrarySaysIsAnEvent() {
        LibraryLogs.writeTo(log);

        Logger.getLogger("io.netty.example").warning("something odd");

        assertThat(text()).contains("WARNING library name=io.netty.example message=\"something odd\"");
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}

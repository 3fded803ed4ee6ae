package dev.pharos.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.agent.console.ConsoleNode;
import dev.pharos.agent.mesh.MeshConsole;
import dev.pharos.agent.status.LocalMessages.Answer;
import dev.pharos.agent.status.LocalMessages.Request;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.json.RecordJson;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What scripts read of the agent is to the character what jackson-databind would write. */
class LocalMessagesTests {
    private static final JsonMapper ORACLE = new JsonMapper();
    private static final Instant NOW = Instant.parse("2026-11-23T18:00:00.120Z");

    private static final StatusReport WHOLE = new StatusReport(
            "rpi \"é\u2028\ud83d\ude00\ud800\n",
            List.of("10.42.0.20", "fd00::20"),
            new StatusReport.Revision(1_795_460_000, 17),
            new StatusReport.ControlPlane(true, "https://203.0.113.5:8443", NOW),
            List.of(
                    new StatusReport.Peer(
                            "laptop", "10.42.0.10", "direct", "198.51.100.7:4242", 1.0 / 3, NOW, NOW, 1L << 40, 0),
                    new StatusReport.Peer("phone", "10.42.0.11", "relay:anchor", null, null, null, null, 1, 2)),
            "0.1.0",
            NOW,
            List.of(),
            List.of("a notice"),
            List.of(new StatusReport.Limit("peers", 3)));

    private static final StatusReport ALONE =
            new StatusReport("rpi", List.of(), null, null, List.of(), "0.1.0", NOW, List.of("a problem"), null, null);

    static Stream<Object> everyMessage() {
        return Stream.of(
                Request.of(LocalMessages.STATUS),
                new Request(LocalMessages.EXPLAIN, null, List.of("a", "b", "tcp/22")),
                Answer.DONE,
                Answer.error("no such host"),
                Answer.text("a\nb"),
                Answer.status(WHOLE),
                Answer.status(ALONE),
                Answer.ping(new PingReply("laptop", "10.42.0.10", "direct", 1e21)),
                Answer.explain(FakeDaemon.EXPLAINED),
                Answer.explain(
                        new ExplainReply(false, "inbound", "rpi", "laptop", "tcp/22", "none allows it", null, null)),
                Answer.netcheck(FakeDaemon.CHECKED),
                WHOLE,
                ALONE,
                FakeDaemon.EXPLAINED,
                FakeDaemon.CHECKED);
    }

    static Stream<Object> everythingOfTheConsole() {
        List<String> some = List.of("10.42.0.10", "fd00::10");
        return Stream.of(
                List.of(),
                List.of(
                        new MeshConsole.TunnelInfo(
                                some, "laptop", "ab", true, 0xffff_ffffL, 2, 3, "direct", some, List.of(), 4, 5),
                        new MeshConsole.TunnelInfo(
                                List.of(), "", "", false, 0, 0, 0, "relay:a", List.of(), some, Long.MAX_VALUE, -1)),
                List.of(new MeshConsole.PendingInfo("10.42.0.10", 1, 2, some)),
                List.of(new MeshConsole.RelayInfo("TERMINAL", "anchor", "10.42.0.1", 1, 2, "ESTABLISHED")),
                new MeshConsole.LocationInfo("10.42.0.10", some, List.of()),
                new ConsoleNode.Device("pharos0", some, 1300, 4242));
    }

    @ParameterizedTest
    @MethodSource({"everyMessage", "everythingOfTheConsole"})
    void whatIsWrittenIsTheSame(Object message) {
        assertThat(LocalMessages.write(message)).isEqualTo(ORACLE.writeValueAsString(message));
        assertThat(LocalMessages.writePretty(message))
                .isEqualTo(ORACLE.writerWithDefaultPrettyPrinter().writeValueAsString(message));
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void whatIsWrittenIsReadBack(Object message) throws Exception {
        String line = LocalMessages.write(message).replace("\ud800", "?");
        Object read = LocalMessages.read(line, message.getClass());
        assertThat(read).isEqualTo(ORACLE.readValue(line, message.getClass()));
        assertThat(LocalMessages.write(read)).isEqualTo(line);
    }

    /** A client of another version says more, or less. */
    @Test
    void whatIsNotSaidIsNull() throws Exception {
        assertThat(LocalMessages.read("{\"command\":\"status\",\"odd\":[{}]}", Request.class))
                .isEqualTo(Request.of(LocalMessages.STATUS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "status", "[]", "null", "{\"command\":17}", "{\"command\":\"status\"} 1"})
    void whatIsNoRequestIsMalformed(String line) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> LocalMessages.read(line, Request.class));
    }

    /** A number has no null; an older agent that does not say it is not understood. */
    @Test
    void whatIsNumberMustBeSaid() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> RecordJson.withNulls()
                        .read(PingReply.class, "{\"name\":\"a\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .withMessage("PingReply: malformed at rttMs");
    }
}

package dev.pharos.agent.status;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.json.RecordJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines on the local socket: one request, one answer, JSON both. */
final class LocalMessages {
    static final String STATUS = "status";
    static final String PING = "ping";
    static final String LEAVE = "leave";
    static final String CHECK = "check";
    static final String EXPLAIN = "explain";
    static final String NETCHECK = "netcheck";
    static final String DEBUG = "debug";

    /** No request is longer; a client that sends more is not ours. */
    static final int MAX_REQUEST = 4096;

    private static final RecordJson JSON = RecordJson.withNulls();

    private LocalMessages() {}

    /**
     * @param host whom to ping
     * @param arguments of the commands that have some
     */
    record Request(
            String command, @Nullable String host, @Nullable List<String> arguments) {
        static Request of(String command) {
            return new Request(command, null, null);
        }
    }

    /** Exactly one is there, or none when all there is to say is "done". */
    record Answer(
            @Nullable StatusReport status,
            @Nullable PingReply ping,
            @Nullable ExplainReply explain,
            @Nullable NetcheckReport netcheck,
            @Nullable String text,
            @Nullable String error) {
        static final Answer DONE = new Answer(null, null, null, null, null, null);

        static Answer status(StatusReport report) {
            return new Answer(report, null, null, null, null, null);
        }

        static Answer ping(PingReply reply) {
            return new Answer(null, reply, null, null, null, null);
        }

        static Answer explain(ExplainReply reply) {
            return new Answer(null, null, reply, null, null, null);
        }

        static Answer netcheck(NetcheckReport report) {
            return new Answer(null, null, null, report, null, null);
        }

        static Answer text(String text) {
            return new Answer(null, null, null, null, text, null);
        }

        static Answer error(@Nullable String error) {
            return new Answer(null, null, null, null, null, String.valueOf(error));
        }
    }

    static String write(Object message) {
        return JSON.text(message);
    }

    /** Indented, for eyes. */
    static String writePretty(Object message) {
        return JSON.indented(message);
    }

    /** @throws MalformedException when the line is no such message */
    static <T> T read(String line, Class<T> type) throws MalformedException {
        return JSON.read(type, line.getBytes(StandardCharsets.UTF_8));
    }
}

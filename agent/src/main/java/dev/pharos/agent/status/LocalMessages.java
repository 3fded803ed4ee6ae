package dev.pharos.agent.status;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The lines on the local socket: one request, one answer, JSON both. */
final class LocalMessages {
    static final String STATUS = "status";
    static final String PING = "ping";
    static final String LEAVE = "leave";

    /** No request is longer; a client that sends more is not ours. */
    static final int MAX_REQUEST = 4096;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private LocalMessages() {}

    /** @param host whom to ping */
    record Request(String command, @Nullable String host) {}

    /** Exactly one is there, or none when all there is to say is "done". */
    record Answer(
            @Nullable StatusReport status,
            @Nullable PingReply ping,
            @Nullable String error) {}

    static String write(Object message) {
        return JSON.writeValueAsString(message);
    }

    /** Indented, for eyes. */
    static String writePretty(Object message) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(message);
    }

    /** @throws JacksonException when the line is no such message */
    static <T> T read(String line, Class<T> type) {
        return JSON.readValue(line, type);
    }
}

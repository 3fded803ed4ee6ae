package dev.pharos.control.audit;

import dev.pharos.control.api.Caller;
import dev.pharos.control.api.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/**
 * Appends to the record; called within the transaction of the change, so that neither is without the other. Who, from
 * where and by which request is known here; what is said of a thing before and after is what the API would show of it to
 * anybody, and so never holds a secret.
 */
@Component
public class Audit {
    private static final int LONGEST_TARGET = 200;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Audit(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Notes what the current actor has done.
     *
     * @param action what was done, as {@code host.block}
     * @param target the id of what it was done to
     */
    public void record(@Nullable String networkId, String action, String target) {
        record(networkId, action, target, null, null);
    }

    /**
     * As {@link #record(String, String, String)}, with the thing as it was and as it is.
     *
     * @param before null for what is new
     * @param after null for what is gone
     */
    public void record(
            @Nullable String networkId, String action, String target, @Nullable Object before, @Nullable Object after) {
        append(networkId, Caller.actor(), "done", action, target, before, after);
    }

    /** Notes that the current actor was refused what it asked for; the request has no transaction of its own yet. */
    public void refused(String method, String path) {
        append(null, Caller.actor(), "refused", method, shortened(path), null, null);
    }

    /** Notes that a user has shown to be one, and so has a session. */
    public void signedIn(String userId) {
        append(null, userId, "done", "session.create", userId, null, null);
    }

    /** Notes that somebody who said to be {@code name} was not let in. */
    public void refusedSignIn(String name) {
        append(null, "nobody", "refused", "session.create", shortened(name), null, null);
    }

    private void append(
            @Nullable String networkId,
            String actor,
            String outcome,
            String action,
            String target,
            @Nullable Object before,
            @Nullable Object after) {
        jdbc.sql("""
            insert into audit_event (network_id, actor, outcome, action, target, before, after, remote, request_id)
            values (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)\
            """)
                .params(Arrays.asList(
                        networkId,
                        actor,
                        outcome,
                        action,
                        target,
                        text(before),
                        text(after),
                        remote(),
                        RequestId.current()))
                .update();
    }

    private @Nullable String text(@Nullable Object thing) {
        return thing == null ? null : json.writeValueAsString(thing);
    }

    private static String remote() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            HttpServletRequest request = attributes.getRequest();
            return String.valueOf(request.getRemoteAddr());
        }
        return "";
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= LONGEST_TARGET ? plain : plain.substring(0, LONGEST_TARGET);
    }
}

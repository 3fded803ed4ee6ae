package dev.pharos.control.events;

import com.zaxxer.hikari.HikariDataSource;
import dev.pharos.control.api.Problem;
import dev.pharos.control.events.EventStream.RevisionEvent;
import dev.pharos.control.postgres.Channel;
import dev.pharos.control.postgres.Listener;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/** The streams that are open at this node, fed by what any node notifies. */
@Component
class EventStreams implements SmartLifecycle {
    /** A reader comes back by itself, with the credential that it has by then. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private static final int MOST = 500;

    /** Nothing notifies that a host has fallen silent: whoever has not been heard from for longer is offline. */
    private static final Duration ONLINE = Duration.ofSeconds(75);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final HikariDataSource database;
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Listener listener;

    EventStreams(DataSource dataSource, JdbcClient jdbc, JsonMapper json) throws SQLException {
        this.database = dataSource.unwrap(HikariDataSource.class);
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A stream that begins with the revision of this moment. */
    SseEmitter open(String networkId) {
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        EventStream stream = new EventStream(networkId, emitter, json);
        emitter.onCompletion(stream::end);
        emitter.onTimeout(stream::end);
        streams.add(stream);
        if (streams.size() > MOST) {
            streams.remove(stream);
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "too-many-streams",
                    "this node serves " + MOST + " streams of events already; another may have room");
        }
        latest(networkId).ifPresent(stream::took);
        Thread.ofVirtual().name("events").start(() -> serve(stream));
        return emitter;
    }

    private void serve(EventStream stream) {
        try {
            stream.run();
        } finally {
            streams.remove(stream);
        }
    }

    @Override
    public void start() {
        listener = Listener.start(
                "events",
                database,
                Map.of(Channel.BUNDLES, this::compiled, Channel.HOSTS, this::changed),
                LOOK_EVERY,
                this::lookForSilence);
    }

    @Override
    public void stop() {
        Listener running = listener;
        if (running != null) {
            running.close();
            listener = null;
        }
        streams.forEach(EventStream::end);
    }

    @Override
    public boolean isRunning() {
        return listener != null;
    }

    private void compiled(List<String> networks) {
        for (String network : networks) {
            List<EventStream> readers = readers(network);
            if (!readers.isEmpty()) {
                latest(network).ifPresent(revision -> readers.forEach(reader -> reader.took(revision)));
            }
        }
    }

    private void changed(List<String> hosts) {
        for (String host : hosts) {
            String[] words = host.split(" ", 2);
            readers(words[0]).forEach(reader -> reader.changed(words[1]));
        }
    }

    /** Twice as far back as it looks: telling of a host twice is better than never. */
    private void lookForSilence() {
        if (streams.isEmpty()) {
            return;
        }
        jdbc.sql("""
            select h.network_id, h.id from host_report r join host h on h.id = r.host_id
            where r.last_seen between now() - make_interval(secs => ?) and now() - make_interval(secs => ?)\
            """)
                .params((double) ONLINE.plus(LOOK_EVERY.multipliedBy(2)).toSeconds(), (double) ONLINE.toSeconds())
                .query(row -> {
                    String host = row.getString(2);
                    readers(row.getString(1)).forEach(reader -> reader.changed(host));
                });
    }

    private List<EventStream> readers(String networkId) {
        return streams.stream()
                .filter(stream -> stream.networkId().equals(networkId))
                .toList();
    }

    private Optional<RevisionEvent> latest(String networkId) {
        return jdbc.sql("select epoch, number from compilation where network_id = ?")
                .param(networkId)
                .query((row, _) -> new RevisionEvent(row.getLong(1), row.getLong(2)))
                .optional();
    }
}

package dev.pharos.control.delivery;

import dev.pharos.control.api.Ids;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.control.settings.DataDirectory;
import dev.pharos.control.tls.PublicUrls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The control-plane nodes of this database. Every bundle and token names the addresses of all, so it does not matter which
 * node compiled it. A node is known by a file in its data directory and forgotten a month after it was last up.
 */
@Component
public class Nodes implements SmartLifecycle {
    private static final String ID_FILE = "node-id";

    private final String id;
    private final PublicUrls own;
    private final Revisions revisions;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private volatile boolean running;

    Nodes(
            DataDirectory directory,
            PublicUrls own,
            Revisions revisions,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Clock clock)
            throws IOException {
        Path file = directory.path().resolve(ID_FILE);
        if (!Files.exists(file)) {
            DataDirectory.writePrivate(file, Ids.next("node", clock.instant()));
        }
        this.id = Files.readString(file).strip();
        this.own = own;
        this.revisions = revisions;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** Where agents reach the control plane, by any node; at least one. */
    public List<URI> urls() {
        return urls(jdbc);
    }

    static List<URI> urls(JdbcClient snapshot) {
        return snapshot.sql("""
            select u.url, min(n.id || to_char(u.place, '000')) from node n, unnest(n.urls) with ordinality u (url, place)
            where n.seen_at > now() - interval '30 days' group by u.url order by 2\
            """).query((row, _) -> URI.create(row.getString(1))).list();
    }

    /** Before the web server and after the first start. */
    @Override
    public int getPhase() {
        return 1;
    }

    @Override
    public void start() {
        transaction.executeWithoutResult(_ -> register());
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Scheduled(initialDelay = 3_600_000, fixedDelay = 3_600_000)
    void stillHere() {
        jdbc.sql("update node set seen_at = now() where id = ?").param(id).update();
    }

    private void register() {
        String[] urls = own.all().stream().map(URI::toString).toArray(String[]::new);
        Optional<List<String>> before = jdbc.sql("select urls from node where id = ?")
                .param(id)
                .query((row, _) -> List.of((String[]) row.getArray(1).getArray()))
                .optional();
        jdbc.sql("""
            insert into node (id, urls, seen_at) values (?, ?, now())
            on conflict (id) do update set urls = excluded.urls, seen_at = excluded.seen_at\
            """).params(id, urls).update();
        if (!before.equals(Optional.of(List.of(urls)))) {
            jdbc.sql("select id from network")
                    .query((row, _) -> row.getString(1))
                    .list()
                    .forEach(network ->
                            revisions.next(network, "a control-plane node is reached elsewhere", Touched.noHost()));
        }
    }
}

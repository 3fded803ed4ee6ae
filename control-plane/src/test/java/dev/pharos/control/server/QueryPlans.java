package dev.pharos.control.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How PostgreSQL answers a call: by its module auto_explain, out of the log of the embedded server. */
final class QueryPlans {
    /** What every connection has to begin with. */
    static final String SETTING = "--spring.datasource.hikari.connection-init-sql=load 'auto_explain'";

    /** As {@link #SETTING}, and what could use an index does so in small tables too. */
    static final String BY_INDEX = SETTING + "; set enable_seqscan = off";

    /** A statement that comes every time belongs to the call, and not to what a server does of itself. */
    private static final int TRIES = 3;

    private static final Pattern ENTRY = Pattern.compile("duration: ([0-9.]+) ms {2}plan:\n((?:\t.*\n?)+)");

    private final Rest api;
    private final Path log;

    /** From now on every statement is explained, which takes time. */
    QueryPlans(Server server, Path directory) {
        api = server.api();
        log = log(directory);
        JdbcClient jdbc = server.bean(JdbcClient.class);
        for (String setting : List.of("log_min_duration = 0", "log_analyze = on", "log_buffers = on")) {
            jdbc.sql("alter system set auto_explain." + setting).update();
        }
        jdbc.sql("select pg_reload_conf()").query().singleRow();
    }

    /** What a call makes the database do. */
    List<Explained> of(String call) {
        Map<String, Explained> always = logged(call);
        for (int i = 1; i < TRIES; i++) {
            always.keySet().retainAll(logged(call).keySet());
        }
        return List.copyOf(always.values());
    }

    /** A statement, how long it took, and by what steps it was answered. */
    record Explained(double millis, String text) {
        private static final Pattern QUERY = Pattern.compile("(?s)Query Text: (.*?)\n\t(?=\\S.*\\(cost=)");
        private static final Pattern SCAN =
                Pattern.compile("Scan\\b.* on (\\S+) .*\\(actual .*rows=([0-9.]+) loops=([0-9]+)\\)");
        private static final Pattern REMOVED =
                Pattern.compile("Rows Removed by (?:Filter|Index Recheck|Join Filter): ([0-9]+)");

        String query() {
            var query = QUERY.matcher(text);
            return query.find() ? query.group(1) : text;
        }

        /** The statement and the kinds of steps, without what was looked for and how long it took. */
        String shape() {
            return query()
                    + text.lines()
                            .filter(line -> line.contains("(cost="))
                            .map(line -> line.substring(0, line.indexOf("(cost=")))
                            .collect(Collectors.joining("\n"));
        }

        /** Of each table or index, and whether they were of use or not. */
        Map<String, Long> rowsRead() {
            Map<String, Long> read = new TreeMap<>();
            for (String step : text.split("->", -1)) {
                SCAN.matcher(step).results().findFirst().ifPresent(scan -> {
                    double rows = Double.parseDouble(scan.group(2));
                    for (MatchResult removed : REMOVED.matcher(step).results().toList()) {
                        rows += Double.parseDouble(removed.group(1));
                    }
                    read.merge(scan.group(1), Math.round(rows * Long.parseLong(scan.group(3))), Long::sum);
                });
            }
            return read;
        }
    }

    /** By query. */
    private Map<String, Explained> logged(String call) {
        try (var channel = Files.newByteChannel(log)) {
            channel.position(channel.size());
            int status = api.get(call).status();
            if (status != 200) {
                throw new IllegalStateException(call + " is answered " + status);
            }
            String said = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            return ENTRY.matcher(said)
                    .results()
                    .map(found -> new Explained(Double.parseDouble(found.group(1)), found.group(2)))
                    .collect(Collectors.toMap(
                            Explained::query, statement -> statement, (first, _) -> first, LinkedHashMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path log(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith("server.log")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

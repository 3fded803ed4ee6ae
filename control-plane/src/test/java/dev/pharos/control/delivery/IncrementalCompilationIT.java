package dev.pharos.control.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.control.delivery.BundleCompiler.SharedParts;
import dev.pharos.control.delivery.Bundles.Stored;
import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.control.server.FakeAgent;
import dev.pharos.control.server.Rest;
import dev.pharos.control.server.Server;
import dev.pharos.control.tls.ServerTls;
import dev.pharos.protocol.bundle.OwnPart.Certificates;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Bundles compiled by what changes say that they touch, beside a compilation of everything. */
class IncrementalCompilationIT {
    private static final int CHANGES = 120;
    private static final int AGENTS = 12;

    private final long seed = Long.getLong("pharos.seed", new SecureRandom().nextInt(1_000_000));
    private final Random random = new Random(seed);
    private final Path directory = Server.temporaryDirectory();
    private final BlockingQueue<BundlesCompiled> compiled = new LinkedBlockingQueue<>();
    private Server server;
    private Rest api;
    private String network;
    private int names;

    /** What hosts are told, by host id, as digests: as it is stored, and as it would be compiled now. */
    private record Told(Map<String, String> stored, Map<String, String> anew) {
        /** Hosts that are told something else than they would be. */
        Set<Map.Entry<String, String>> wrong() {
            Set<Map.Entry<String, String>> wrong = new HashSet<>(stored.entrySet());
            wrong.removeAll(anew.entrySet());
            return wrong;
        }
    }

    @BeforeEach
    void start() {
        server = Server.on(directory);
        server.hear(BundlesCompiled.class, compiled::add);
        api = server.api();
        network = api.get("networks").body().path("items").path(0).path("id").asString("");
        IntStream.range(0, AGENTS).forEach(i -> FakeAgent.joined(api, "agent-" + i, "g" + i % 4));
        String phone = api.post("hosts", "{'name':'phone','kind':'nebula','groups':['g1']}")
                .at("id");
        String key = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HostKey.generate(Curve.CURVE25519, new SecureRandom())
                        .publicKey()
                        .toBytes());
        assertThat(api.get("hosts/" + phone + "/nebula-config?publicKey=" + key).status())
                .isEqualTo(200);
        told();
        compiled.clear();
    }

    @AfterEach
    void stop() {
        server.close();
        FileSystemUtils.deleteRecursively(directory.toFile());
    }

    @Test
    void whateverChangesHostsAreToldWhatACompilationOfEverythingWouldTellThem() {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            done.add(change());
            assertThat(told().wrong()).as("seed %d, after %s", seed, done).isEmpty();
        }

        long hosts = hosts().stream()
                .filter(host -> host.path("kind").asString("").equals("agent"))
                .count();
        long ownParts = compiled.stream().mapToLong(BundlesCompiled::ownParts).sum();
        assertThat(compiled).as("seed %d: %s", seed, done).hasSizeGreaterThan(CHANGES / 3);
        assertThat(ownParts)
                .as("seed %d: own parts of %d hosts in %d compilations", seed, hosts, compiled.size())
                .isLessThan(compiled.size() * hosts * 3 / 4);
    }

    @Test
    void aPolicyCompilesThoseAtItsEndsAndABlockNobody() {
        long agents = AGENTS;
        String first = host("agent-0");

        assertThat(after(
                        "POST",
                        "policies",
                        "{'name':'one','from':['any'],'to':['host:agent-0'],'allow':[{'protocol':'tcp'}]}"))
                .satisfies(change -> assertThat(change.ownParts()).isEqualTo(1))
                .satisfies(change -> assertThat(change.manifests()).isEqualTo(1));
        assertThat(after("PATCH", "hosts/" + first, "{'address':'10.42.0.200'}").ownParts())
                .as("itself; nobody is told of it by its name")
                .isEqualTo(1);
        after(
                "POST",
                "policies",
                "{'name':'two','from':['host:agent-0'],'to':['group:g1'],'allow':[{'protocol':'tcp'}]}");
        assertThat(after("PATCH", "hosts/" + first, "{'address':'10.42.0.201'}"))
                .satisfies(change -> assertThat(change.ownParts()).isEqualTo(1 + AGENTS / 4))
                .satisfies(change -> assertThat(change.manifests()).isEqualTo((int) agents));
        assertThat(after("POST", "hosts/" + first + "/block", ""))
                .satisfies(change -> assertThat(change.ownParts()).isZero())
                .satisfies(change -> assertThat(change.manifests()).isEqualTo((int) agents - 1));
    }

    private BundlesCompiled after(String method, String path, String body) {
        told();
        compiled.clear();
        Rest.Answer answer = method.equals("PATCH") ? api.patch(path, body) : api.post(path, body);
        assertThat(answer.status()).isIn(200, 201);
        return Objects.requireNonNull(compiled.poll());
    }

    private String change() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> sent("POST", "policies", policy());
            case 3, 4 -> one(items("policies"), policy -> sent("PATCH", "policies/" + policy, policyChange()));
            case 5 -> one(items("policies"), policy -> sent("DELETE", "policies/" + policy, ""));
            case 6, 7 ->
                one(items("hosts"), host -> sent("PATCH", "hosts/" + host, "{'groups':[" + quoted(groups()) + "]}"));
            case 8 -> one(items("hosts"), host -> sent("PATCH", "hosts/" + host, identity()));
            case 9 -> one(items("hosts"), host -> sent("PATCH", "hosts/" + host, roles()));
            case 10 ->
                one(
                        items("hosts"),
                        host -> sent("POST", "hosts/" + host + (random.nextBoolean() ? "/block" : "/unblock"), ""));
            case 11 -> one(items("hosts"), host -> sent("DELETE", "hosts/" + host, ""));
            case 12 -> joined();
            case 13 -> rare();
            case 14 -> sent("POST", "routes", route());
            case 15 -> one(items("routes"), route -> sent("DELETE", "routes/" + route, ""));
            default -> throw new IllegalStateException();
        };
    }

    private String joined() {
        String name = "joiner-" + names++;
        if (random.nextBoolean()) {
            sent("POST", "hosts", "{'name':'" + name + "','kind':'agent'}");
            sent(
                    "POST",
                    "policies",
                    "{'name':'" + name + "','from':['host:" + name + "'],'to':[" + quoted(ends())
                            + "],'allow':[{'protocol':'udp'}]}");
        }
        FakeAgent.joined(api, name, "g" + random.nextInt(4));
        return "join " + name;
    }

    private String rare() {
        return switch (random.nextInt(4)) {
            case 0 -> sent("POST", "certificate-authorities/rotate", "{'reissue':'now'}");
            case 1 -> sent("POST", "certificate-authorities/rotate", "{}");
            case 2 -> sent("POST", "networks/" + network + "/bundle-keys", "");
            default -> sent("PATCH", "networks/" + network, "{'name':'net-" + names++ + "'}");
        };
    }

    private String route() {
        return "{'subnet':'192.168." + random.nextInt(8) + ".0/24','routers':['" + someHost() + "'],'masquerade':true}";
    }

    private String someHost() {
        return "host:"
                + hosts().get(random.nextInt(hosts().size())).path("name").asString("");
    }

    private String policy() {
        return "{'name':'policy-" + names++ + "','from':[" + quoted(ends()) + "],'to':[" + quoted(ends())
                + "],'allow':[{'protocol':'tcp','ports':'" + (1 + random.nextInt(9999)) + "'}],'restrictsEgress':"
                + (random.nextInt(4) == 0) + ",'enabled':" + (random.nextInt(5) > 0) + "}";
    }

    private String policyChange() {
        return switch (random.nextInt(4)) {
            case 0 -> "{'from':[" + quoted(ends()) + "]}";
            case 1 -> "{'to':[" + quoted(ends()) + "]}";
            case 2 -> "{'enabled':" + random.nextBoolean() + "}";
            default -> "{'restrictsEgress':" + random.nextBoolean() + "}";
        };
    }

    private String identity() {
        return random.nextBoolean()
                ? "{'name':'renamed-" + names++ + "'}"
                : "{'address':'10.42.0." + (100 + random.nextInt(150)) + "'}";
    }

    private String roles() {
        return "{'lighthouse':" + random.nextBoolean() + ",'relay':" + random.nextBoolean()
                + ",'endpoints':['203.0.113." + (1 + random.nextInt(200)) + ":4242']}";
    }

    private List<String> groups() {
        return IntStream.range(0, 4)
                .filter(_ -> random.nextBoolean())
                .mapToObj(i -> "g" + i)
                .toList();
    }

    private List<String> ends() {
        return IntStream.rangeClosed(0, random.nextInt(2))
                .mapToObj(_ -> switch (random.nextInt(9)) {
                    case 0 -> "any";
                    case 1, 2 -> "10.42.0." + 4 * random.nextInt(60) + "/30";
                    case 3, 4 -> someHost();
                    case 5 -> "192.168." + random.nextInt(8) + ".0/25";
                    default -> "group:g" + random.nextInt(5);
                })
                .distinct()
                .toList();
    }

    private static String quoted(List<String> texts) {
        return texts.isEmpty() ? "" : "'" + String.join("','", texts) + "'";
    }

    private String sent(String method, String path, String body) {
        Rest.Answer answer = method.equals("PATCH")
                ? api.patch(path, body)
                : method.equals("DELETE") ? api.delete(path) : api.post(path, body);
        return method + " " + path + " " + body + " -> " + answer.status();
    }

    private String one(List<String> ids, Function<String, String> change) {
        return ids.isEmpty() ? "nothing" : change.apply(ids.get(random.nextInt(ids.size())));
    }

    private List<String> items(String list) {
        return api.get(list + "?limit=200")
                .body()
                .path("items")
                .valueStream()
                .map(item -> item.path("id").asString(""))
                .toList();
    }

    private List<JsonNode> hosts() {
        return api.get("hosts?limit=200").body().path("items").valueStream().toList();
    }

    private String host(String name) {
        return hosts().stream()
                .filter(host -> host.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString("");
    }

    /** Once every revision is compiled, those that upkeep takes too. */
    private Told told() {
        return await().atMost(Duration.ofSeconds(10))
                .until(() -> alone(this::compare), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Told> alone(Function<JdbcClient, Optional<Told>> work) throws SQLException {
        return server.bean(CompileLane.class).alone(network, work);
    }

    private Optional<Told> compare(JdbcClient jdbc) {
        if (!Progress.read(jdbc, network).isUpToDate()) {
            return Optional.empty();
        }
        Snapshot snapshot = server.bean(Snapshots.class).read(jdbc, network);
        SharedParts shared =
                BundleCompiler.shared(snapshot, server.bean(ServerTls.class).trust());
        Function<Member, Certificates> certificates = certificates(jdbc, snapshot);
        Map<String, Stored> bundles = Bundles.stored(jdbc, snapshot.agents());
        Map<String, String> stored = new TreeMap<>();
        Map<String, String> anew = new TreeMap<>();
        for (Member host : snapshot.agents()) {
            stored.put(
                    host.id(),
                    bundles.containsKey(host.id())
                            ? bundles.get(host.id()).parts().toString()
                            : "no bundle");
            anew.put(
                    host.id(),
                    shared.with(BundleCompiler.own(snapshot, host, certificates.apply(host))
                                    .digest())
                            .toString());
        }
        jdbc.sql("select host_id, wanted from host_export").query(row -> {
            snapshot.hosts().stream()
                    .filter(host -> host.id().equals(text(row, 1)))
                    .forEach(host -> {
                        stored.put(host.id(), text(row, 2));
                        anew.put(
                                host.id(),
                                BundleCompiler.told(snapshot, host, certificates.apply(host))
                                        .hex());
                    });
        });
        return Optional.of(new Told(stored, anew));
    }

    private static Function<Member, Certificates> certificates(JdbcClient jdbc, Snapshot snapshot) {
        Map<String, Certificates> all = Snapshots.certificates(jdbc, snapshot.hosts());
        return host -> Objects.requireNonNull(all.get(host.id()), host.name());
    }

    private static String text(ResultSet row, int column) {
        try {
            return row.getString(column);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

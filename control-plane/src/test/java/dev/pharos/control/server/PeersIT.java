package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What agents report of their peers, as it is and as it was. */
class PeersIT {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Rest api = Server.shared().api();

    @Test
    void whatBecomesOfATunnelIsKept() {
        FakeAgent agent = FakeAgent.joined(api, "watcher");
        FakeAgent peer = FakeAgent.joined(api, "watched");
        FakeAgent relay = FakeAgent.joined(api, "carrier");

        report(agent, Instant.now(), peer(peer, "relay:" + address(relay), "198.51.100.9:4242", Instant.now(), ""));
        awaitEvents(agent, "opened");
        report(agent, Instant.now(), peer(peer, "direct", "198.51.100.7:4242", Instant.now(), ""));
        awaitEvents(agent, "moved,opened");
        report(agent, Instant.now(), peer(peer, "direct", "198.51.100.7:4242", Instant.now(), ""));
        report(agent, Instant.now());
        awaitEvents(agent, "closed,moved,opened");

        JsonNode events = api.get("hosts/" + agent.id() + "/history").body().path("items");
        assertThat(events.path(1).path("peerName").asString()).isEqualTo("watched");
        assertThat(events.path(1).path("path").asString()).isEqualTo("direct");
        assertThat(events.path(1).path("endpoint").asString()).isEqualTo("198.51.100.7:4242");
        assertThat(events.path(1).path("rttMs").asDouble()).isEqualTo(1.5);
        assertThat(events.path(2).path("path").asString()).isEqualTo("relay:carrier");
        JsonNode page = api.get("hosts/" + agent.id() + "/history?limit=2").body();
        assertThat(page.path("items")).hasSize(2);
        assertThat(api.get("hosts/" + agent.id() + "/history?cursor="
                                + page.path("nextCursor").asString())
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(api.get("hosts/" + agent.id() + "/history?cursor=x").status())
                .isEqualTo(422);
    }

    @Test
    void whoIsNotSeenByTheControlPlaneMayBeSeenByItsPeers() {
        FakeAgent agent = FakeAgent.joined(api, "onlooker");
        FakeAgent peer = FakeAgent.joined(api, "out-of-sight");
        assertThat(api.get("hosts/" + peer.id()).body().path("seenByPeers").isObject())
                .isFalse();

        report(agent, Instant.now(), peer(peer, "direct", "198.51.100.7:4242", Instant.now(), ""));
        await().atMost(SOON).until(() -> seenBy(peer) == 1);

        Instant longAgo = Instant.now().minus(Duration.ofHours(1));
        report(agent, Instant.now());
        report(agent, Instant.now(), peer(peer, "relay:" + address(agent), "198.51.100.7:4242", longAgo, ""));
        await().atMost(SOON).until(() -> seenBy(peer) == 0);
        assertThat(api.get("hosts/" + peer.id())
                        .body()
                        .path("seenByPeers")
                        .path("at")
                        .asString())
                .startsWith(longAgo.toString().substring(0, 16));
    }

    @Test
    void aHostWhoseClockIsWrongStillKnowsHowLongAgoItHeardSomebody() {
        FakeAgent agent = FakeAgent.joined(api, "in-1970");
        FakeAgent peer = FakeAgent.joined(api, "in-the-present");
        Instant then = Instant.EPOCH.plusSeconds(1000);

        report(agent, then, peer(peer, "direct", "198.51.100.7:4242", then.minusSeconds(2), ""));

        await().atMost(SOON).until(() -> seenBy(peer) == 1);
    }

    @Test
    void aStockHostIsOnlineWhenOthersHearIt() {
        FakeAgent agent = FakeAgent.joined(api, "hears-a-phone");
        String phone = api.post("hosts", "{'name':'heard-phone','kind':'nebula','address':'10.42.0.245'}")
                .at("id");
        assertThat(api.get("hosts/" + phone).at("state")).isEqualTo("unseen");

        report(agent, Instant.now(), peer("10.42.0.245", "direct", "198.51.100.7:4242", Instant.now(), ""));

        await().atMost(SOON).until(() -> api.get("hosts/" + phone).at("state").equals("online"));
    }

    @Test
    void anEndpointIsReachableOnceItAnswersAnotherHostAsAStranger() {
        FakeAgent lamp = FakeAgent.joined(api, "checked-lamp");
        FakeAgent agent = FakeAgent.joined(api, "checker");
        api.patch(
                "hosts/" + lamp.id(),
                "{'lighthouse':true,'endpoints':['198.51.100.7:4242','home.example.net:4242','198.51.100.8:4242']}");
        assertThat(reachable(lamp)).isEqualTo("unknown,unknown,unknown");

        report(
                agent,
                Instant.now(),
                peer(lamp, "direct", "198.51.100.7:4242", Instant.now(), "'home.example.net:4242'"));
        awaitEvents(agent, "opened");
        assertThat(reachable(lamp))
                .as("a router lets in whom the lighthouse has called")
                .isEqualTo("unknown,unknown,unknown");

        String answers = "'answers':['198.51.100.7:4242','home.example.net:4242'],";
        String direct = peer(lamp, "direct", "198.51.100.7:4242", Instant.now(), "");
        report(agent, Instant.now(), "{" + answers + direct.substring(1));
        await().atMost(SOON).until(() -> reachable(lamp).equals("yes,yes,unknown"));
        JsonNode check =
                api.get("hosts/" + lamp.id()).body().path("endpointChecks").path(0);
        assertThat(check.path("seenBy").asLong()).isEqualTo(1);
        assertThat(Instant.parse(check.path("at").asString()))
                .isAfter(Instant.now().minusSeconds(60));
        report(agent, Instant.now(), direct);
        await().atMost(SOON).until(() -> reachable(lamp).equals("unknown,unknown,unknown"));
    }

    @Test
    void anEndpointOfALighthouseThatAHostGetsNoAnswerFromIsNotReachable() {
        FakeAgent lamp = FakeAgent.joined(api, "dark-lamp");
        FakeAgent caller = FakeAgent.joined(api, "calls-in-vain");
        api.patch("hosts/" + lamp.id(), "{'lighthouse':true,'endpoints':['198.51.100.30:4242']}");
        report(caller, Instant.now());
        await().atMost(SOON)
                .until(() -> api.get("hosts/" + caller.id()).at("state").equals("online"));
        assertThat(reachable(lamp)).as("nobody has had the time to try").isEqualTo("unknown");

        Server.shared()
                .bean(JdbcClient.class)
                .sql("update host set endpoints_at = endpoints_at - interval '61 seconds' where id = ?")
                .param(lamp.id())
                .update();

        JsonNode check =
                api.get("hosts/" + lamp.id()).body().path("endpointChecks").path(0);
        assertThat(check.path("reachable").asString()).isEqualTo("no");
        assertThat(check.path("seenBy").asLong()).isZero();
        assertThat(Instant.parse(check.path("at").asString()))
                .isAfter(Instant.now().minusSeconds(75));
        api.patch("hosts/" + lamp.id(), "{'lighthouse':false}");
        assertThat(reachable(lamp))
                .as("nobody has to call a host that is no lighthouse")
                .isEqualTo("unknown");
    }

    @Test
    void aReportTakesThePlaceOfTheOneBefore() {
        FakeAgent agent = FakeAgent.joined(api, "replaces-its-report");
        FakeAgent peer = FakeAgent.joined(api, "talked-of");
        for (String port : List.of("4242", "4243", "4244")) {
            report(agent, Instant.now(), peer(peer, "direct", "198.51.100.7:" + port, Instant.now(), ""));
            await().atMost(SOON)
                    .until(() -> api.get("hosts/" + agent.id() + "/peers")
                            .body()
                            .path("items")
                            .path(0)
                            .path("endpoint")
                            .asString()
                            .equals("198.51.100.7:" + port));
        }

        assertThat(rows("host_report", agent)).isOne();
        assertThat(rows("peer_contact", agent)).isOne();
        assertThat(api.get("hosts/" + agent.id()).body().path("peerCount").asInt())
                .isOne();
    }

    @Test
    void peersThatAReportHadNoRoomForAreNotGone() {
        FakeAgent agent = FakeAgent.joined(api, "has-too-many");
        FakeAgent peer = FakeAgent.joined(api, "left-out");
        report(agent, Instant.now(), peer(peer, "direct", "198.51.100.7:4242", Instant.now(), ""));
        awaitEvents(agent, "opened");

        send(agent, Instant.now(), "'omitted':1,", "");
        await().atMost(SOON)
                .until(() -> api.get("hosts/" + agent.id() + "/peers")
                        .body()
                        .path("items")
                        .isEmpty());

        assertThat(rows("peer_contact", agent)).isOne();
        assertThat(api.get("hosts/" + agent.id()).body().path("peerCount").asInt())
                .isOne();
        report(agent, Instant.now());
        awaitEvents(agent, "closed,opened");
    }

    /** The second is compared with the first, which the database writes longer than it was. */
    @Test
    void aReportMayBeAsLargeAsARequest() {
        FakeAgent agent = FakeAgent.joined(api, "talks-much");
        for (int round = 0; round < 2; round++) {
            Instant heard = Instant.now();
            StringBuilder peers = new StringBuilder();
            while (peers.length() < 1_040_000) {
                peers.append(peers.isEmpty() ? "" : ",")
                        .append(peer("10.42.9." + round, "direct", "198.51.100.7:4242", heard, ""));
            }

            report(agent, heard, peers.toString());

            String address = "10.42.9." + round;
            await().atMost(SOON)
                    .until(() -> api.get("hosts/" + agent.id())
                            .body()
                            .path("peers")
                            .path(0)
                            .path("address")
                            .asString("")
                            .equals(address));
        }
    }

    private static long rows(String table, FakeAgent of) {
        return Server.shared()
                .bean(JdbcClient.class)
                .sql("select count(*) from " + table + " where host_id = ?")
                .param(of.id())
                .query(Long.class)
                .single();
    }

    private String reachable(FakeAgent host) {
        return api.get("hosts/" + host.id())
                .body()
                .path("endpointChecks")
                .valueStream()
                .map(check -> check.path("reachable").asString())
                .collect(Collectors.joining(","));
    }

    private long seenBy(FakeAgent host) {
        return api.get("hosts/" + host.id())
                .body()
                .path("seenByPeers")
                .path("hosts")
                .asLong(-1);
    }

    private void awaitEvents(FakeAgent agent, String expected) {
        await().atMost(SOON)
                .until(() -> api.get("hosts/" + agent.id() + "/history")
                        .body()
                        .path("items")
                        .valueStream()
                        .map(event -> event.path("event").asString())
                        .collect(Collectors.joining(","))
                        .equals(expected));
    }

    private static void report(FakeAgent agent, Instant at, String... peers) {
        send(agent, at, "", Stream.of(peers).collect(Collectors.joining(",")));
    }

    private static void send(FakeAgent agent, Instant at, String fields, String peers) {
        String report = "{'version':'0.1.0','platform':'linux/amd64','startedAt':'2026-01-01T00:00:00Z','at':'" + at
                + "'," + fields + "'peers':[" + peers + "]}";
        assertThat(agent.send(
                                "POST",
                                "/agent/v1/report",
                                "",
                                report.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(204);
    }

    private static String peer(FakeAgent host, String path, String endpoint, Instant heard, String reachedBy) {
        return peer(address(host), path, endpoint, heard, reachedBy);
    }

    private static String peer(String address, String path, String endpoint, Instant heard, String reachedBy) {
        return "{'address':'" + address + "','path':'" + path + "','endpoint':'" + endpoint + "','reachedBy':["
                + reachedBy + "],'rttMs':1.5,'lastHandshake':'" + heard + "','lastHeard':'" + heard
                + "','bytesIn':1,'bytesOut':2}";
    }

    private static String address(FakeAgent host) {
        return List.copyOf(host.bundle().own().addresses()).getFirst().address().toString();
    }
}

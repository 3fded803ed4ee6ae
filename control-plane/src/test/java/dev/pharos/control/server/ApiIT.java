package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ApiIT {
    private final Rest api = Server.shared().api();

    @Test
    void theFirstStartLeavesANetworkTwoAuthoritiesAndAPolicyThatLetsEveryonePing() {
        JsonNode network = api.get("networks").body().path("items").path(0);
        assertThat(network.path("range").asString()).isEqualTo("10.42.0.0/24");

        JsonNode authorities = api.get("certificate-authorities").body().path("items");
        assertThat(authorities).hasSize(2);
        assertThat(authorities.toString())
                .contains("\"active\"", "\"successor\"")
                .doesNotContain("PRIVATE");

        JsonNode policy = api.get("policies").body().path("items").path(0);
        assertThat(policy.path("allow").path(0).path("protocol").asString()).isEqualTo("icmp");
        assertThat(policy.path("from").path(0).asString()).isEqualTo("any");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        hosts             | {'name':'','kind':'agent'}                                                      | name
        hosts             | {'name':'x'}                                                                    | kind
        hosts             | {'name':'x','kind':'phone'}                                                     | kind
        hosts             | {'name':'no/slash','kind':'agent'}                                              | name
        hosts             | {'name':'x','kind':'agent','address':'10.43.0.1'}                               | address
        hosts             | {'name':'x','kind':'agent','address':'10.42.0.255'}                             | address
        hosts             | {'name':'x','kind':'agent','groups':['a b']}                                    | groups
        hosts             | {'name':'x','kind':'agent','networkId':'net_0'}                                 | networkId
        hosts             | {'name':['x'],'kind':'agent'}                                                   | name
        enrollment-tokens | {'maxUses':1}                                                                   | name
        enrollment-tokens | {'name':'x','maxUses':0}                                                        | maxUses
        enrollment-tokens | {'name':'x','expiresIn':'tomorrow'}                                             | expiresIn
        enrollment-tokens | {'name':'x','expiresIn':'PT0S'}                                                 | expiresIn
        enrollment-tokens | {'name':'x','host':{'name':''}}                                                 | host.name
        enrollment-tokens | {'name':'x','host':{'name':'y','address':'1.2.3.4'}}                            | host.address
        enrollment-tokens | {'name':'x','maxUses':1.5}                                                      | maxUses
        enrollment-tokens | {'name':'x','maxUses':'1'}                                                      | maxUses
        enrollment-tokens | {'name':'x','maxUses':99999999999}                                              | maxUses
        enrollment-tokens | {'name':'x','maxUses':1e400}                                                    | maxUses
        enrollment-tokens | {'name':'x','expiresIn':3600}                                                   | expiresIn
        enrollment-tokens | {'name':'x','expiresIn':''}                                                     | expiresIn
        enrollment-tokens | {'name':'x','expiresIn':'P99999999999D'}                                        | expiresIn
        enrollment-tokens | {'name':5}                                                                      | name
        enrollment-tokens | {'name':'a\\u0000b'}                                                            | name
        enrollment-tokens | {'name':'a\\nb'}                                                                | name
        enrollment-tokens | {'name':'a\\u202eb'}                                                            | name
        enrollment-tokens | {'name':'a\\ud800b'}                                                            | name
        networks          | {'name':'a\\u0007b','range':'10.9.0.0/24'}                                      | name
        policies          | {'name':'\\u200e','from':['any'],'to':['any'],'allow':[{'protocol':'tcp'}]}      | name
        api-tokens        | {'name':'a\\udfffb'}                                                            | name
        api-tokens        | {'name':'x','expiresIn':60}                                                     | expiresIn
        groups            | {'name':'g','description':'a\\u001bb'}                                          | description
        policies          | {'name':'x','to':['any'],'allow':[{'protocol':'tcp'}]}                          | from
        policies          | {'name':'x','from':['any'],'to':['host:nobody'],'allow':[{'protocol':'tcp'}]}   | to[0]
        policies          | {'name':'x','from':['everyone'],'to':['any'],'allow':[{'protocol':'tcp'}]}      | from[0]
        policies          | {'name':'x','from':['any'],'to':['any'],'allow':[{'protocol':'sctp'}]}          | allow[0].protocol
        policies          | {'name':'x','from':['any'],'to':['any'],'allow':[{'protocol':'tcp','ports':'0'}]} | allow[0].ports
        policies          | {'name':'x','from':['any'],'to':['any'],'allow':[null]}                         | allow[0]
        networks          | {'name':'x','range':'10.0.0.0/31'}                                              | range
        groups            | {'name':'no spaces'}                                                            | name
        """)
    void aProblemNamesTheFieldThatIsWrong(String collection, String body, String field) {
        Answer answer = api.post(collection, body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.body().path("errors").path(0).path("field").asString())
                .as(answer.text())
                .isEqualTo(field);
        assertThat(answer.at("requestId")).isEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void nobodyIsLetInWithoutACredential() {
        for (String path : List.of("hosts", "networks", "api-tokens", "audit-events", "session")) {
            Answer answer = api.withToken("").get(path);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.at("type")).isEqualTo("urn:pharos:problem:unauthorized");
            assertThat(api.withToken("pharos-api-guess").get(path).status()).isEqualTo(401);
        }
        assertThat(api.withToken("").get("openapi.json").status()).isEqualTo(200);
    }

    @Test
    void anApiTokenWorksUntilItIsDeleted() {
        Answer created = api.post("api-tokens", "{'name':'script'}");
        Rest script = api.withToken(created.at("token"));
        assertThat(script.get("hosts").status()).isEqualTo(200);
        assertThat(api.get("api-tokens/" + created.at("id")).text()).doesNotContain(created.at("token"));

        assertThat(api.delete("api-tokens/" + created.at("id")).status()).isEqualTo(204);
        assertThat(script.get("hosts").status()).isEqualTo(401);
    }

    @Test
    void anEditOfSomethingOlderIsRefused() {
        String id = api.post("hosts", "{'name':'edited','kind':'nebula'}").at("id");
        String tag = api.get("hosts/" + id).header("ETag");
        assertThat(tag).isNotEmpty();

        assertThat(api.patch("hosts/" + id, "{'groups':['first']}", "If-Match", tag)
                        .status())
                .isEqualTo(200);

        Answer stale = api.patch("hosts/" + id, "{'groups':['second']}", "If-Match", tag);
        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.at("type")).isEqualTo("urn:pharos:problem:stale");
        assertThat(api.get("hosts/" + id).body().path("groups").path(0).asString())
                .isEqualTo("first");
    }

    @Test
    void aCreationThatIsRepeatedMakesOneThingAndShowsItsSecretAgain() {
        String body = "{'name':'repeated','maxUses':3}";
        Answer first = api.post("enrollment-tokens", body, "Idempotency-Key", "k-1");
        Answer second = api.post("enrollment-tokens", body, "Idempotency-Key", "k-1");

        assertThat(second.at("id")).isEqualTo(first.at("id"));
        assertThat(second.at("token")).isEqualTo(first.at("token")).startsWith("pharos-join-");
        assertThat(second.at("joinCommand")).startsWith("pharos-agent up --token pharos-join-");

        Answer other = api.post("enrollment-tokens", "{'name':'another'}", "Idempotency-Key", "k-1");
        assertThat(other.status()).isEqualTo(422);
        assertThat(api.get("enrollment-tokens/" + first.at("id")).text()).doesNotContain(first.at("token"));
    }

    @Test
    void aListIsReadPageByPage() {
        for (int i = 0; i < 5; i++) {
            assertThat(api.post("groups", "{'name':'paged-" + i + "'}").status())
                    .isEqualTo(201);
        }
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("groups?limit=2&q=paged-&cursor=" + cursor).body();
            assertThat(page.path("items").size()).isLessThanOrEqualTo(2);
            page.path("items").forEach(group -> names.add(group.path("name").asString()));
            cursor = page.path("nextCursor").asString("");
        } while (!cursor.isEmpty());

        assertThat(names).containsExactly("paged-0", "paged-1", "paged-2", "paged-3", "paged-4");
        assertThat(api.get("groups?limit=0").status()).isEqualTo(422);
    }

    @Test
    void namesAndAddressesAreTakenOnce() {
        api.post("hosts", "{'name':'only-one','kind':'nebula','address':'10.42.0.150'}");

        Answer name = api.post("hosts", "{'name':'only-one','kind':'nebula'}");
        assertThat(name.status()).isEqualTo(409);
        assertThat(name.body().path("errors").path(0).path("field").asString()).isEqualTo("name");

        Answer address = api.post("hosts", "{'name':'another-one','kind':'nebula','address':'10.42.0.150'}");
        assertThat(address.status()).isEqualTo(409);
        assertThat(address.body().path("errors").path(0).path("field").asString())
                .isEqualTo("address");
    }

    @Test
    void aNetworkIsEditableUntilItHasAHost() {
        String id =
                api.post("networks", "{'name':'second','range':'10.50.0.0/16'}").at("id");
        assertThat(api.patch("networks/" + id, "{'range':'10.51.0.0/16'}").at("range"))
                .isEqualTo("10.51.0.0/16");

        api.post("hosts", "{'name':'settler','kind':'nebula','networkId':'" + id + "'}");

        Answer late = api.patch("networks/" + id, "{'range':'10.52.0.0/16'}");
        assertThat(late.status()).isEqualTo(422);
        assertThat(late.body().path("errors").path(0).path("field").asString()).isEqualTo("range");
    }

    @Test
    void whatIsNotThereIsAProblemToo() {
        for (String path : List.of("hosts/host_0", "policies/pol_0", "networks/net_0", "nothing/at/all")) {
            Answer answer = api.get(path);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        }
        assertThat(api.post("hosts", "{").at("type")).isEqualTo("urn:pharos:problem:unreadable");
    }

    @Test
    void aCharacterThatNoTextMayHoldIsTheCallersMistake() {
        for (String list : List.of("hosts", "networks", "groups", "policies", "enrollment-tokens")) {
            assertThat(api.get(list + "?q=%00").status()).isEqualTo(422);
            assertThat(api.get(list + "?cursor=%00").status()).isEqualTo(422);
        }
    }

    @Test
    void aCursorThatNoListHasGivenIsRefused() {
        for (String list : List.of(
                "hosts",
                "networks",
                "groups",
                "policies",
                "enrollment-tokens",
                "api-tokens",
                "revisions",
                "audit-events",
                "certificate-authorities")) {
            for (String cursor : List.of("x", "host_0", "-1", "zzzz_", "1.x", "%20")) {
                Answer answer = api.get(list + "?cursor=" + cursor);
                assertThat(answer.status()).as(list + " " + cursor).isEqualTo(422);
                assertThat(answer.text()).contains("\"cursor\"");
            }
        }
    }

    @Test
    void anEditThatDoesNotSayOfWhichVersionIsRefused() {
        String host = api.post("hosts", "{'name':'blind','kind':'nebula'}").at("id");

        Answer answer = api.patchBlindly("hosts/" + host, "{'groups':['any']}");

        assertThat(answer.status()).isEqualTo(428);
        assertThat(answer.at("type")).isEqualTo("urn:pharos:problem:precondition-required");
        assertThat(api.patch("hosts/" + host, "{'groups':['any']}", "If-Match", "*")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        Answer answer = api.post("enrollment-tokens", "{'name':'" + "x".repeat(2 << 20) + "'}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.at("type")).isEqualTo("urn:pharos:problem:too-large");
        assertThat(FakeAgent.joined(api, "talkative")
                        .send("POST", "/agent/v1/report", "", new byte[(1 << 20) + 1])
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void requestsThatNobodyUnderstandsAreProblemsToo() throws Exception {
        for (String[] request : new String[][] {
            {"GET", "hosts/%00"},
            {"PUT", "hosts"},
            {"DELETE", "networks"},
            {"BREW", "hosts"},
            {"GET", "nothing"},
            {"POST", "hosts/host_0/nothing"},
            {"GET", "hosts/..%2f"},
            {"GET", "hosts;x=1"}
        }) {
            Answer answer = api.ask(request[0], request[1]);
            assertThat(answer.status()).as(String.join(" ", request)).isBetween(400, 405);
            assertThat(answer.header("Content-Type"))
                    .as(String.join(" ", request))
                    .startsWith("application/problem+json");
            assertThat(answer.at("requestId")).as(String.join(" ", request)).isNotNull();
        }
    }

    @Test
    void aKeyThatMakesEverySecretZeroIsNotCertified() {
        String id = api.post("hosts", "{'name':'low-order','kind':'nebula'}").at("id");

        Answer answer = api.get("hosts/" + id + "/nebula-config?publicKey=" + "A".repeat(43));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("\"publicKey\"", "low order");
        assertThat(api.get("hosts/" + id + "/nebula-config").text()).contains("\"publicKey\"");
    }

    @Test
    void aParameterOfTheWrongTypeIsToldWithoutTheNamesOfOurTypes() {
        Answer answer = api.get("hosts?limit=many");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.at("detail")).isEqualTo("limit is not of the right type");
    }

    @Test
    void everyCertificateThatWasIssuedIsListedWithItsState() {
        FakeAgent agent = FakeAgent.joined(api, "certified", "before");
        api.patch("hosts/" + agent.id(), "{'groups':['after']}");

        JsonNode listed = api.get("certificates?hostId=" + agent.id()).body().path("items");
        assertThat(listed).hasSize(4);
        assertThat(listed.valueStream().map(each -> each.path("state").asString()))
                .containsExactlyInAnyOrder("current", "current", "superseded", "superseded");
        String first = agent.bundle()
                .own()
                .certificates()
                .v2()
                .orElseThrow()
                .fingerprint()
                .hex();
        assertThat(api.get("certificates/" + first).at("hostName")).isEqualTo("certified");

        api.post("hosts/" + agent.id() + "/block", "");

        assertThat(api.get("certificates/" + first).at("state")).isEqualTo("refused");
        assertThat(api.get("certificates/none").status()).isEqualTo(404);
        assertThat(api.get("certificates?cursor=none").status()).isEqualTo(422);
    }

    @Test
    void whetherTheNodeIsHealthyIsThereForAnybodyToAsk() {
        Answer answer = api.withToken("").get("/health");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("status")).isEqualTo("up");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @Test
    void changesAreNumberedAndRecorded() {
        String host = api.post("hosts", "{'name':'recorded','kind':'nebula'}").at("id");
        api.post("hosts/" + host + "/block", "");

        assertThat(api.get("revisions?limit=1")
                        .body()
                        .path("items")
                        .path(0)
                        .path("reason")
                        .asString())
                .contains("recorded");
        JsonNode event = api.get("audit-events?limit=1").body().path("items").path(0);
        assertThat(event.path("action").asString()).isEqualTo("host.block");
        assertThat(event.path("target").asString()).isEqualTo(host);
    }
}

package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Does everything that the OpenAPI document can change, once, and looks for it in the record. */
class AuditIT {
    private static final Path DIRECTORY = Server.temporaryDirectory();
    private static final String PASSPHRASE = "correct horse battery";

    /** Operations that answer a question and change nothing. */
    private static final Set<String> QUESTIONS = Set.of(
            "POST /api/v1/policies/preview",
            "POST /api/v1/policies/simulate",
            "POST /api/v1/networks/{networkId}/document/compare");

    /** What of a thing an event shows. */
    private enum Shows {
        NEW,
        CHANGE,
        GONE,
        /** Nothing: what was done is a secret, or nothing is another because of it. */
        NEITHER
    }

    private static Server server;
    private static Rest api;
    private static String network;

    private final Map<String, Shows> done = new LinkedHashMap<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    @BeforeAll
    static void start() {
        server = Server.on(DIRECTORY);
        api = server.api();
        network = api.get("networks").body().path("items").path(0).path("id").asString("");
    }

    @AfterAll
    static void stop() {
        server.close();
        FileSystemUtils.deleteRecursively(DIRECTORY.toFile());
    }

    @Test
    void everyChangeIsInTheRecordWithWhatItChangedAndNoSecretIs() {
        people();
        networks();
        hosts();
        policies();

        Set<String> operations = new LinkedHashSet<>();
        api.get("openapi.json")
                .body()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        operations.removeIf(operation -> operation.startsWith("GET "));
        operations.removeAll(QUESTIONS);
        assertThat(done.keySet()).as("every operation that changes something").containsAll(operations);
        String all = api.get("audit-events?limit=500").text();
        assertThat(secrets).isNotEmpty().allSatisfy(secret -> assertThat(all).doesNotContain(secret));
    }

    private void people() {
        String token = make("api-tokens", "{'name':'robot','role':'auditor'}").at("id");
        secrets.add(did("POST /api/v1/api-tokens/{id}/rotate", Shows.CHANGE, token, "")
                .at("token"));
        did("DELETE /api/v1/api-tokens/{id}", Shows.GONE, token, "");
        String user = make("users", "{'name':'ada','role':'admin'}").at("id");
        did("PATCH /api/v1/users/{id}", Shows.CHANGE, user, "{'role':'auditor'}");
        String link = did("POST /api/v1/users/{id}/invitation", Shows.NEITHER, user, "")
                .at("url");
        secrets.add(link.substring(link.indexOf('#') + 1));
        session(link);
        did("DELETE /api/v1/users/{id}", Shows.GONE, user, "");
        did("POST /api/v1/sign-in-links", Shows.NEITHER, "", "");
    }

    private void session(String link) {
        Browser browser = Browser.signedIn(server, link);
        recorded("POST /api/v1/session", "session.create", Shows.NEITHER);
        assertThat(browser.send("PUT", "session/password", "{'password':'" + PASSPHRASE + "'}")
                        .status())
                .isEqualTo(204);
        recorded("PUT /api/v1/session/password", "user.password", Shows.NEITHER);
        assertThat(browser.send("DELETE", "session", "").status()).isEqualTo(204);
        recorded("DELETE /api/v1/session", "session.delete", Shows.NEITHER);
        secrets.add(PASSPHRASE);
    }

    private void networks() {
        String other =
                make("networks", "{'name':'other','range':'10.9.0.0/24'}").at("id");
        did("PATCH /api/v1/networks/{id}", Shows.CHANGE, other, "{'name':'another'}");
        did("POST /api/v1/networks/{networkId}/bundle-keys", Shows.CHANGE, network, "");
        did("POST /api/v1/networks/{networkId}/kept-blocks/confirm", Shows.CHANGE, network, "");
        did("POST /api/v1/certificate-authorities/rotate", Shows.CHANGE, "", "{}");
        String authority = api.get("certificate-authorities")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asString("");
        did(
                "POST /api/v1/certificate-authorities/{id}/export",
                Shows.NEITHER,
                authority,
                "{'passphrase':'" + PASSPHRASE + "'}");
        String group = make("groups", "{'name':'crew'}").at("id");
        did("PATCH /api/v1/groups/{id}", Shows.CHANGE, group, "{'description':'those aboard'}");
        did("DELETE /api/v1/groups/{id}", Shows.GONE, group, "");
    }

    private void hosts() {
        String token = make("enrollment-tokens", "{'name':'unused'}").at("id");
        did("DELETE /api/v1/enrollment-tokens/{id}", Shows.GONE, token, "");
        FakeAgent joined = FakeAgent.joined(api, "router");
        recorded("an agent that joins", "host.enroll", Shows.CHANGE);
        String route = make("routes", "{'subnet':'192.168.7.0/24','routers':['host:router']}")
                .at("id");
        did("PATCH /api/v1/routes/{id}", Shows.CHANGE, route, "{'metric':7}");
        did("DELETE /api/v1/routes/{id}", Shows.GONE, route, "");
        String name = make("dns-records", "{'name':'printer','type':'A','data':['192.168.7.9']}")
                .at("id");
        did("PATCH /api/v1/dns-records/{id}", Shows.CHANGE, name, "{'ttl':7}");
        did("DELETE /api/v1/dns-records/{id}", Shows.GONE, name, "");
        did("POST /api/v1/hosts/{id}/block", Shows.CHANGE, joined.id(), "");
        did("POST /api/v1/hosts/{id}/unblock", Shows.CHANGE, joined.id(), "");
        FakeAgent.with(
                        api.post("enrollment-tokens", "{'name':'patient','approval':true,'host':{'name':'patient'}}")
                                .at("token"),
                        null)
                .tryToEnrol();
        String patient = api.get("hosts?q=patient")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asString();
        did("POST /api/v1/hosts/{id}/approve", Shows.CHANGE, patient, "");
        String phone = make("hosts", "{'name':'phone','kind':'nebula'}").at("id");
        did("PATCH /api/v1/hosts/{id}", Shows.CHANGE, phone, "{'groups':['mobiles']}");
        String key = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HostKey.generate(Curve.CURVE25519, new SecureRandom())
                        .publicKey()
                        .toBytes());
        check("an export", Shows.NEW, api.get("hosts/" + phone + "/nebula-config?publicKey=" + key));
        did("DELETE /api/v1/hosts/{id}", Shows.GONE, phone, "");
    }

    private void policies() {
        String policy = make(
                        "policies", "{'name':'ssh','from':['any'],'to':['group:mobiles'],'allow':[{'protocol':'tcp'}]}")
                .at("id");
        did("PATCH /api/v1/policies/{id}", Shows.CHANGE, policy, "{'enabled':false}");
        did("POST /api/v1/policies/{id}/rollback", Shows.CHANGE, policy, "{'number':1}");
        did("DELETE /api/v1/policies/{id}", Shows.GONE, policy, "");
        did(
                "POST /api/v1/networks/{networkId}/document/apply",
                Shows.NEW,
                network,
                "{'version':1,'groups':[],'policies':[],'hosts':[],'routes':[]}");
    }

    private Answer make(String collection, String body) {
        Answer made = did("POST /api/v1/" + collection, Shows.NEW, "", body);
        if (!made.at("token").isEmpty()) {
            secrets.add(made.at("token"));
        }
        return made;
    }

    /** An operation as the document has it, on the thing of that id. */
    private Answer did(String operation, Shows shows, String id, String body) {
        String method = operation.substring(0, operation.indexOf(' '));
        String path = operation
                .substring(operation.indexOf("/api/v1/") + "/api/v1/".length())
                .replaceAll("\\{[^}]*}", id);
        Answer answer = api.send(method, path, body, "If-Match", "*");
        check(operation, shows, answer);
        return answer;
    }

    private void check(String operation, Shows shows, Answer answer) {
        assertThat(answer.status()).as(operation + " " + answer.text()).isBetween(200, 204);
        JsonNode event = api.get("audit-events?limit=50")
                .body()
                .path("items")
                .valueStream()
                .filter(each -> each.path("requestId").asString("").equals(answer.header("X-Request-Id")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(operation + " is not in the record"));
        check(operation, shows, event);
    }

    private void recorded(String operation, String action, Shows shows) {
        JsonNode event =
                api.get("audit-events?limit=1&q=" + action).body().path("items").path(0);
        assertThat(event.path("action").asString("")).as(operation).isEqualTo(action);
        check(operation, shows, event);
    }

    private void check(String operation, Shows shows, JsonNode event) {
        JsonNode before = event.path("before");
        JsonNode after = event.path("after");
        assertThat(List.of(!before.isNull() && !before.isMissingNode(), !after.isNull() && !after.isMissingNode()))
                .as("%s: before and after in %s", operation, event)
                .isEqualTo(
                        switch (shows) {
                            case NEW -> List.of(false, true);
                            case CHANGE -> List.of(true, true);
                            case GONE -> List.of(true, false);
                            case NEITHER -> List.of(false, false);
                        });
        assertThat(event.path("outcome").asString("")).as(operation).isEqualTo("done");
        assertThat(event.path("actor").asString("")).as(operation).isNotEmpty();
        assertThat(event.path("remote").asString("")).as(operation).isEqualTo("127.0.0.1");
        done.put(operation, shows);
    }
}

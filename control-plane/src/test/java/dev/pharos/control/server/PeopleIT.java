package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class PeopleIT {
    private static final List<String> ROLES = List.of("auditor", "admin", "owner");
    private static final String PASSWORD = "correct horse battery";

    private final Server server = Server.shared();
    private final Rest owner = server.api();

    @Test
    void everyOperationRefusesEachRoleThatIsTooSmallForIt() {
        List<Rest> callers = ROLES.stream()
                .map(role -> owner.withToken(owner.post("api-tokens", "{'name':'walk','role':'" + role + "'}")
                        .at("token")))
                .toList();
        List<String> wrong = new ArrayList<>();
        int refusals = 0;
        for (Operation operation : operations()) {
            for (int i = 0; i < ROLES.size(); i++) {
                boolean covers = i >= ROLES.indexOf(operation.role());
                if (covers && !operation.isHarmless()) {
                    continue;
                }
                Answer answer = callers.get(i).send(operation.method(), operation.path(), "");
                boolean refused = answer.at("type").equals("urn:pharos:problem:role");
                refusals += refused ? 1 : 0;
                if (refused == covers || (refused && answer.status() != 403)) {
                    wrong.add(operation + " as " + ROLES.get(i) + ": " + answer.status() + " " + answer.text());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(refusals).isGreaterThan(30);
    }

    /** An operation of the OpenAPI document on things that are not there. */
    private record Operation(String method, String path, String role, boolean isHarmless) {}

    /** A stream of events would not end, so it is asked for in no network. */
    private static String ofNothing(String path) {
        return path.replace("/api/v1/", "")
                .replaceAll("\\{[^}]+}", "nothing_0")
                .replaceAll("^events$", "events?networkId=nothing_0");
    }

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        JsonNode paths = owner.get("openapi.json").body().path("paths");
        paths.properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String role = operation.getValue().path("x-role").asString("");
                    assertThat(ROLES)
                            .as(path.getKey() + " " + operation.getKey())
                            .contains(role);
                    boolean onNothing = path.getKey().contains("{");
                    operations.add(new Operation(
                            operation.getKey().toUpperCase(java.util.Locale.ROOT),
                            ofNothing(path.getKey()),
                            role,
                            onNothing || operation.getKey().equals("get")));
                }));
        return operations;
    }

    @Test
    void whoIsInvitedSetsAPasswordAndSignsInWithItFromThenOn() {
        Answer invited = owner.post("users", "{'name':'Ada@example.net','role':'admin'}");
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        Browser first = Browser.signedIn(
                server, invited.body().path("invitation").path("url").asString());
        assertThat(first.send("GET", "session", "").at("role")).isEqualTo("admin");

        assertThat(first.send("PUT", "session/password", "{'password':'short'}").status())
                .isEqualTo(422);
        assertThat(first.send("PUT", "session/password", "{'password':'" + PASSWORD + "'}")
                        .status())
                .isEqualTo(204);

        Browser second = Browser.with(server, Browser.open(server, "ada@EXAMPLE.net", PASSWORD));
        assertThat(second.send("GET", "hosts", "").status()).isEqualTo(200);
        assertThat(second.send("PUT", "session/password", "{'password':'another long one'}")
                        .status())
                .as("a session that a password has opened names that password")
                .isEqualTo(422);
        assertThat(second.send(
                                "PUT",
                                "session/password",
                                "{'password':'another long one','currentPassword':'" + PASSWORD + "'}")
                        .status())
                .isEqualTo(204);
        assertThat(first.send("GET", "hosts", "").status())
                .as("other sessions end with the password")
                .isEqualTo(401);
    }

    @Test
    void guessingIsStoppedAndRecorded() {
        Browser invited = invited("guessed", "auditor");
        invited.send("PUT", "session/password", "{'password':'" + PASSWORD + "'}");

        for (int i = 0; i < 5; i++) {
            assertThat(Browser.open(server, "guessed", "guess number " + i).statusCode())
                    .isEqualTo(401);
        }
        assertThat(Browser.open(server, "guessed", PASSWORD).statusCode()).isEqualTo(429);
        assertThat(Browser.open(server, "nobody-at-all", "whatever it is").statusCode())
                .isEqualTo(401);

        JsonNode events = owner.get("audit-events?q=guessed&limit=5").body().path("items");
        assertThat(events).hasSize(5).allSatisfy(event -> {
            assertThat(event.path("outcome").asString()).isEqualTo("refused");
            assertThat(event.path("remote").asString()).isEqualTo("127.0.0.1");
            assertThat(event.path("requestId").asString()).isNotEmpty();
        });
        assertThat(owner.get("audit-events?limit=500").text()).doesNotContain(PASSWORD, "guess number");
    }

    @Test
    void aRoleThatIsTakenAwayIsGoneAtTheNextRequest() {
        Browser browser = invited("demoted", "admin");
        Answer user = owner.get("users?q=demoted");
        String id = user.body().path("items").path(0).path("id").asString();
        assertThat(browser.send("POST", "groups", "{'name':'by-demoted'}").status())
                .isEqualTo(201);

        String tag = owner.get("users/" + id).header("ETag");
        assertThat(owner.patch("users/" + id, "{'role':'auditor'}", "If-Match", tag)
                        .status())
                .isEqualTo(200);
        assertThat(browser.send("POST", "groups", "{'name':'by-demoted-too'}").status())
                .isEqualTo(403);
        assertThat(browser.send("GET", "groups", "").status()).isEqualTo(200);

        JsonNode change = owner.get("audit-events?q=" + id + "&limit=1")
                .body()
                .path("items")
                .path(0);
        assertThat(change.path("before").path("role").asString()).isEqualTo("admin");
        assertThat(change.path("after").path("role").asString()).isEqualTo("auditor");

        assertThat(owner.delete("users/" + id).status()).isEqualTo(204);
        assertThat(browser.send("GET", "groups", "").status()).isEqualTo(401);
    }

    @Test
    void theLastOwnerStays() {
        String id = owner.get("users?q=owner")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asString();
        String tag = owner.get("users/" + id).header("ETag");

        assertThat(owner.delete("users/" + id).status()).isEqualTo(409);
        assertThat(owner.patch("users/" + id, "{'role':'admin'}", "If-Match", tag)
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aTokenIsRotatedAndItsUseIsSeen() {
        Answer created = owner.post("api-tokens", "{'name':'rotated','role':'auditor'}");
        String id = created.at("id");
        assertThat(owner.get("api-tokens/" + id).body().path("lastUsedAt").isNull())
                .isTrue();
        assertThat(owner.withToken(created.at("token")).get("hosts").status()).isEqualTo(200);
        assertThat(owner.get("api-tokens/" + id).at("lastUsedAt")).isNotEmpty();

        String next = owner.post("api-tokens/" + id + "/rotate", "").at("token");

        assertThat(owner.withToken(created.at("token")).get("hosts").status()).isEqualTo(401);
        assertThat(owner.withToken(next).get("hosts").status()).isEqualTo(200);
        assertThat(owner.get("audit-events?limit=500").text()).doesNotContain(next, created.at("token"));
    }

    @Test
    void whatLetsSomebodyInIsStoredAsAHashAlone() {
        Answer token = owner.post("api-tokens", "{'name':'hashed','role':'auditor'}");
        Answer joining = owner.post("enrollment-tokens", "{'name':'hashed'}");
        Answer created = owner.post("users", "{'name':'hashed','role':'auditor'}");
        String link = created.body().path("invitation").path("url").asString();
        Browser browser = Browser.signedIn(server, link);
        browser.send("PUT", "session/password", "{'password':'" + PASSWORD + "'}");
        browser.send("GET", "session", "");
        JdbcClient jdbc = server.bean(JdbcClient.class);

        assertThat(jdbc.sql("select password_hash from user_account where name = 'hashed'")
                        .query(String.class)
                        .single())
                .startsWith("$argon2id$");
        assertThat(tablesWith(jdbc, token.at("id")))
                .as("what is looked for is found")
                .contains("api_token");
        for (String secret :
                List.of(token.at("token"), joining.at("token"), link.substring(link.indexOf('#') + 1), PASSWORD)) {
            assertThat(tablesWith(jdbc, secret)).isEmpty();
        }
    }

    private static List<String> tablesWith(JdbcClient jdbc, String text) {
        return jdbc
                .sql("select tablename from pg_tables where schemaname = current_schema()")
                .query((row, _) -> row.getString(1))
                .list()
                .stream()
                .filter(table -> jdbc.sql(
                                "select exists (select from " + table + " t where position(? in t::text) > 0)")
                        .param(text)
                        .query(Boolean.class)
                        .single())
                .toList();
    }

    private Browser invited(String name, String role) {
        Answer created = owner.post("users", "{'name':'" + name + "','role':'" + role + "'}");
        return Browser.signedIn(
                server, created.body().path("invitation").path("url").asString());
    }
}

package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.Rule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Policies that can be trusted before they are pushed, in a network of their own. */
class PolicyIT {
    private static final Rest API = Server.shared().api();
    private static String network;
    private static FakeAgent laptop;

    @BeforeAll
    static void aSmallFleet() {
        network = API.post("networks", "{'name':'policies','range':'10.80.0.0/24'}")
                .at("id");
        laptop = joined("laptop", "mobiles");
        for (String name : new String[] {"web-1", "web-2", "web-3"}) {
            host(name, "web");
        }
        host("db", "data");
    }

    @Test
    void theContractsQuestionIsAnsweredWithTheDecidingPolicy() {
        String ssh = create(
                "ssh",
                "'from':['group:mobiles'],'to':['group:web','host:db'],"
                        + "'allow':[{'protocol':'tcp','ports':'22,8000-8100'}]");

        Answer yes = simulate("'from':'host:laptop','to':'host:web-1','protocol':'tcp','port':22");
        assertThat(yes.body().path("allowed").asBoolean()).isTrue();
        assertThat(yes.body().path("decidedBy").path(0).path("policyId").asString())
                .isEqualTo(ssh);
        assertThat(yes.body().path("decidedBy").path(0).path("name").asString()).isEqualTo("ssh");
        assertThat(yes.body().path("direction").toString()).isEqualTo("{\"outbound\":true,\"inbound\":true}");

        assertThat(allowed("'from':'host:web-1','to':'host:laptop','protocol':'tcp','port':22"))
                .isFalse();
        assertThat(allowed("'from':'host:laptop','to':'host:db','protocol':'tcp','port':8050"))
                .isTrue();
        assertThat(allowed("'from':'host:laptop','to':'host:db','protocol':'icmp'"))
                .isFalse();
        assertThat(simulate("'from':'group:web','to':'host:db','protocol':'icmp'")
                        .text())
                .contains("\"from\"");
        assertThat(simulate("'from':'host:laptop','to':'host:db','protocol':'tcp'")
                        .text())
                .contains("\"port\"");
        delete(ssh);
    }

    @Test
    void aDraftIsAskedAndPreviewedWithoutBeingSaved() {
        String live = create(
                "metrics",
                "'from':['group:mobiles'],'to':['group:web']," + "'allow':[{'protocol':'tcp','ports':'9100'}]");
        String draft = "'draft':{'name':'metrics','from':['group:mobiles'],'to':['group:web','host:db'],"
                + "'allow':[{'protocol':'tcp','ports':'9200'}]}";

        assertThat(allowed("'from':'host:laptop','to':'host:db','protocol':'tcp','port':9200," + draft + ",'draftOf':'"
                        + live + "'"))
                .isTrue();
        assertThat(allowed("'from':'host:laptop','to':'host:web-1','protocol':'tcp','port':9100," + draft
                        + ",'draftOf':'" + live + "'"))
                .isFalse();
        assertThat(allowed("'from':'host:laptop','to':'host:web-1','protocol':'tcp','port':9100," + draft))
                .isTrue();

        JsonNode preview = API.post("policies/preview", "{'policyId':'" + live + "'," + draft + "}")
                .body();
        assertThat(preview.path("summary").toString())
                .contains("3 hosts lose 9100/tcp from group mobiles", "4 hosts gain 9200/tcp from group mobiles");
        assertThat(preview.path("hosts")).hasSize(4);
        assertThat(API.post("policies/preview", "{'policyId':'" + live + "'}")
                        .body()
                        .path("summary")
                        .toString())
                .isEqualTo("[\"3 hosts lose 9100/tcp from group mobiles\"]");
        assertThat(API.get("policies/" + live).body().path("allow").toString())
                .contains("9100")
                .doesNotContain("9200");
        delete(live);
    }

    @Test
    void aSaveThatWouldBreakATestIsRefused() {
        String guard = create(
                "guarded",
                "'from':['group:mobiles'],'to':['host:db'],"
                        + "'allow':[{'protocol':'tcp','ports':'5432'}],'tests':["
                        + "{'from':'group:mobiles','to':'host:db','protocol':'tcp','port':5432,'allowed':true},"
                        + "{'from':'group:web','to':'host:laptop','protocol':'tcp','port':22,'allowed':false}]");

        Answer narrowed = API.patch("policies/" + guard, "{'allow':[{'protocol':'tcp','ports':'5433'}]}");
        assertThat(narrowed.status()).isEqualTo(409);
        assertThat(narrowed.at("type")).isEqualTo("urn:pharos:problem:policy-tests");
        assertThat(narrowed.at("detail"))
                .contains("group:mobiles must reach host:db on tcp/5432", "laptop to db", "guarded");
        Answer other = API.post(
                "policies",
                "{'networkId':'" + network
                        + "','name':'too-wide','from':['any'],'to':['any'],'allow':[{'protocol':'any'}]}");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.at("detail")).contains("group:web must not reach host:laptop on tcp/22");
        assertThat(API.post(
                                "policies/preview",
                                "{'networkId':'" + network + "','draft':{'name':'wide','from':['any'],'to':['any'],"
                                        + "'allow':[{'protocol':'any'}]}}")
                        .body()
                        .path("brokenTests"))
                .hasSize(1);
        assertThat(API.patch("policies/" + guard, "{'tests':[{'from':'host:db','to':'any','protocol':'tcp'}]}")
                        .text())
                .contains("tests[0].port");
        assertThat(API.get("audit-events?q=" + guard + "&limit=50").text())
                .as("what was not changed is not recorded as a change")
                .contains("policy.create")
                .doesNotContain("policy.change");
        delete(guard);
    }

    @Test
    void aPolicyThatRestrictsEgressSaysWhatItsSourcesMaySend() {
        String open = create("web-to-web", "'from':['group:web'],'to':['group:web'],'allow':[{'protocol':'tcp'}]");
        String locked = create(
                "db-only",
                "'from':['host:laptop'],'to':['host:db'],'restrictsEgress':true,"
                        + "'allow':[{'protocol':'tcp','ports':'5432'}]");

        Bundle bundle = newest(laptop);
        assertThat(bundle.own().rules().outbound())
                .hasSize(1)
                .first()
                .satisfies(rule -> assertThat(rule.protocol()).isEqualTo(Rule.Protocol.TCP))
                .satisfies(rule -> assertThat(rule.cidr()).hasToString("Optional[" + address("db") + "/32]"));
        assertThat(allowed("'from':'host:laptop','to':'host:db','protocol':'tcp','port':5432"))
                .isTrue();
        JsonNode no = simulate("'from':'host:laptop','to':'host:web-1','protocol':'tcp','port':80")
                .body();
        assertThat(no.path("direction").path("outbound").asBoolean()).isFalse();
        assertThat(no.path("decidedBy").path(0).path("policyId").asString()).isEqualTo(locked);
        assertThat(allowed("'from':'host:web-1','to':'host:web-2','protocol':'tcp','port':80"))
                .isTrue();

        delete(locked);
        assertThat(newest(laptop).own().rules().outbound().getFirst().protocol())
                .isEqualTo(Rule.Protocol.ANY);
        delete(open);
    }

    @Test
    void whatAPolicyHasSaidIsRememberedAndCanBeSaidAgain() {
        String id = create(
                "changing",
                "'from':['group:mobiles'],'to':['group:web']," + "'allow':[{'protocol':'udp','ports':'53'}]");
        API.patch("policies/" + id, "{'to':['host:db'],'enabled':false}");

        JsonNode history = API.get("policies/" + id + "/history").body().path("items");
        assertThat(history).hasSize(2);
        assertThat(history.path(0).path("author").asString()).isNotEmpty().isNotEqualTo("system");
        assertThat(history.path(0).path("changes").toString())
                .contains("\"field\":\"enabled\",\"before\":\"true\",\"after\":\"false\"", "group:web", "host:db")
                .doesNotContain("\"allow\"");
        assertThat(API.get("policies/" + id + "/history?limit=1")
                        .body()
                        .path("nextCursor")
                        .asString())
                .isEqualTo("2");

        assertThat(API.ask("POST", "policies/" + id + "/rollback").status()).isEqualTo(400);
        assertThat(API.post("policies/" + id + "/rollback", "{'number':1}").status())
                .isEqualTo(428);
        String tag = API.get("policies/" + id).header("ETag");
        Answer back = API.post("policies/" + id + "/rollback", "{'number':1}", "If-Match", tag);
        assertThat(back.body().path("enabled").asBoolean()).isTrue();
        assertThat(back.body().path("to").toString()).isEqualTo("[\"group:web\"]");

        delete(id);
        assertThat(API.post("policies/" + id + "/rollback", "{'number':4}").status())
                .isEqualTo(422);
        assertThat(API.post("policies/" + id + "/rollback", "{'number':2}").at("id"))
                .isEqualTo(id);
        assertThat(API.get("policies/" + id).body().path("enabled").asBoolean()).isFalse();
        assertThat(API.get("policies/" + id + "/history").body().path("items")).hasSize(5);
        assertThat(API.get("policies/pol_0/history").status()).isEqualTo(404);
        delete(id);
    }

    private static Bundle newest(FakeAgent agent) {
        while (agent.poll(1).isPresent()) {
            assertThat(agent.bundle()).isNotNull();
        }
        return agent.bundle();
    }

    private static boolean allowed(String question) {
        Answer answer = simulate(question);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.body().path("allowed").asBoolean();
    }

    private static Answer simulate(String question) {
        return API.post("policies/simulate", "{'networkId':'" + network + "'," + question + "}");
    }

    private static String create(String name, String rest) {
        Answer answer = API.post("policies", "{'networkId':'" + network + "','name':'" + name + "'," + rest + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.at("id");
    }

    private static void delete(String id) {
        assertThat(API.delete("policies/" + id).status()).isEqualTo(204);
    }

    private static String address(String name) {
        return API.get("hosts?networkId=" + network + "&q=" + name)
                .body()
                .path("items")
                .path(0)
                .path("addresses")
                .path(0)
                .asString();
    }

    private static void host(String name, String group) {
        API.post(
                "hosts",
                "{'networkId':'" + network + "','name':'" + name + "','kind':'agent','groups':['" + group + "']}");
    }

    private static FakeAgent joined(String name, String group) {
        FakeAgent agent = FakeAgent.with(
                API.post(
                                "enrollment-tokens",
                                "{'networkId':'" + network + "','name':'" + name + "','groups':['" + group + "']}")
                        .at("token"),
                name);
        agent.enrol();
        return agent;
    }
}

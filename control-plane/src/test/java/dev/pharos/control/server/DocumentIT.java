package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A network as one document. */
class DocumentIT {
    private static final Rest API = Server.shared().api();
    private static String network;
    private static String path;

    @BeforeAll
    static void aNetworkOfItsOwn() {
        network = API.post("networks", "{'name':'documented','range':'10.81.0.0/24'}")
                .at("id");
        path = "networks/" + network + "/document";
        for (String name : new String[] {"lamp", "server"}) {
            API.post(
                    "hosts",
                    "{'networkId':'" + network + "','name':'" + name + "','kind':'nebula','groups':['" + name + "s']}");
        }
    }

    @Test
    void aDocumentIsComparedAppliedAndExportedAgain() {
        String document = """
            {'version':1,
             'groups':[{'name':'lamps','description':'they shine'}],
             'policies':[
               {'name':'ping','from':['any'],'to':['any'],'allow':[{'protocol':'icmp'}]},
               {'name':'web','from':['group:lamps'],'to':['host:server'],'allow':[{'protocol':'tcp','ports':'443'}],
                'tests':[{'from':'host:lamp','to':'host:server','protocol':'tcp','port':443,'allowed':true}]}],
             'hosts':[{'name':'lamp','lighthouse':true,'relay':true,'endpoints':['203.0.113.9:4242']}]}\
            """;

        JsonNode compared = API.post(path + "/compare", document).body();
        assertThat(compared.path("changes")).hasSize(4);
        assertThat(compared.path("changes").toString())
                .contains(
                        "{\"kind\":\"group\",\"name\":\"lamps\",\"action\":\"change\"}",
                        "{\"kind\":\"policy\",\"name\":\"web\",\"action\":\"create\"}",
                        "{\"kind\":\"host\",\"name\":\"lamp\",\"action\":\"change\"}");
        assertThat(compared.path("effect").path("summary").toString())
                .contains("server gains 443/tcp from group lamps");
        assertThat(API.get("policies?networkId=" + network).body().path("items"))
                .isEmpty();

        assertThat(API.post(path + "/apply", document).status()).isEqualTo(200);

        assertThat(API.get("policies?networkId=" + network).body().path("items"))
                .hasSize(2);
        assertThat(API.post(path + "/compare", document).body().path("changes")).isEmpty();
        Answer exported = API.get(path);
        assertThat(exported.text()).contains("they shine", "203.0.113.9:4242", "443");
        assertThat(API.post(path + "/compare", exported.text()).body().path("changes"))
                .isEmpty();

        refusedWhole(exported.text());
    }

    /** What breaks a test at the end changes nothing at all, though what comes before it in the document would be fine. */
    private static void refusedWhole(String exported) {
        long revision = revision();
        String broken = exported.replace("they shine", "they are dark").replace("\"443\"", "\"444\"");

        Answer answer = API.post(path + "/apply", broken);

        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.at("type")).isEqualTo("urn:pharos:problem:policy-tests");
        assertThat(API.get(path).text()).isEqualTo(exported);
        assertThat(revision()).isEqualTo(revision);
        String unknownHost = exported.replace("\"name\":\"lamp\"", "\"name\":\"nobody\"");
        assertThat(API.post(path + "/apply", unknownHost).status()).isEqualTo(422);
        assertThat(API.post(path + "/apply", exported.replace("\"name\":\"ping\"", "\"name\":\"web\""))
                        .text())
                .contains("policies[1].name");
        String without = "{'version':1,'groups':[],'policies':[],'hosts':[]}";
        assertThat(API.post(path + "/apply", without).body().path("changes")).hasSize(3);
        assertThat(API.get(path).body().path("policies")).isEmpty();
    }

    @Test
    void routesAndNamesArePartOfIt() {
        String other = API.post("networks", "{'name':'documented routes','range':'10.84.0.0/24'}")
                .at("id");
        String document = "networks/" + other + "/document";
        for (String name : new String[] {"gate", "lamp"}) {
            API.post("hosts", "{'networkId':'" + other + "','name':'" + name + "','kind':'agent'}");
        }
        String wanted = """
            {'version':1,'groups':[],'hosts':[],
             'policies':[{'name':'print','from':['host:lamp'],'to':['192.168.7.0/24'],
               'allow':[{'protocol':'tcp','ports':'631'}],
               'tests':[{'from':'host:lamp','to':'192.168.7.9','protocol':'tcp','port':631,'allowed':true}]}],
             'routes':[{'subnet':'192.168.7.0/24','routers':['host:gate']}],
             'dnsRecords':[{'name':'printer','type':'A','data':['192.168.7.9']}]}\
            """;

        JsonNode compared = API.post(document + "/compare", wanted).body();
        assertThat(compared.path("changes").toString())
                .contains(
                        "{\"kind\":\"route\",\"name\":\"192.168.7.0/24\",\"action\":\"create\"}",
                        "{\"kind\":\"dns-record\",\"name\":\"printer A\",\"action\":\"create\"}");
        assertThat(compared.path("effect").path("summary").toString())
                .contains("gate gains 631/tcp into 192.168.7.0/24 from host lamp");
        assertThat(API.get("routes?networkId=" + other).body().path("items")).isEmpty();
        Answer applied = API.post(document + "/apply", wanted);
        assertThat(applied.status()).as(applied.text()).isEqualTo(200);
        assertThat(API.get("routes?networkId=" + other).text()).contains("host:gate", "\"masquerade\":true");
        assertThat(API.get("dns-records?networkId=" + other).text()).contains("192.168.7.9");
        assertThat(API.post(document + "/compare", wanted).body().path("changes"))
                .isEmpty();
        String exported = API.get(document).text();
        assertThat(API.post(document + "/compare", exported).body().path("changes"))
                .isEmpty();

        String overlapping = exported.replace(
                "\"routes\":[", "\"routes\":[{\"subnet\":\"192.168.0.0/16\",\"routers\":[\"host:gate\"]},");
        assertThat(API.post(document + "/apply", overlapping).text()).contains("routes[1].subnet", "overlaps");
        String twice = exported.replace(
                "\"dnsRecords\":[",
                "\"dnsRecords\":[{\"name\":\"PRINTER\",\"type\":\"A\",\"data\":[\"192.168.7.8\"]},");
        assertThat(API.post(document + "/apply", twice).text()).contains("dnsRecords[1].name", "twice");
        assertThat(API.get(document).text()).isEqualTo(exported);

        String silent = "{'version':1,'groups':[],'policies':[],'hosts':[]}";
        assertThat(API.post(document + "/apply", silent).body().path("changes")).hasSize(1);
        assertThat(API.get("routes?networkId=" + other).body().path("items")).hasSize(1);
        API.post(document + "/apply", silent.replace("}", ",'routes':[],'dnsRecords':[]}"));
        assertThat(API.get("routes?networkId=" + other).body().path("items")).isEmpty();
        assertThat(API.get("dns-records?networkId=" + other).body().path("items"))
                .isEmpty();
    }

    private static long revision() {
        return API.get("revisions?limit=1&networkId=" + network)
                .body()
                .path("items")
                .path(0)
                .path("number")
                .asLong();
    }
}

package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.RecordType;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Names that are no hosts', in a network of their own. */
class DnsRecordIT {
    private static final Rest API = Server.shared().api();
    private static String network;
    private static FakeAgent laptop;

    @BeforeAll
    static void aHost() {
        network = API.post("networks", "{'name':'My names','range':'10.83.0.0/24'}")
                .at("id");
        laptop = FakeAgent.with(
                API.post("enrollment-tokens", "{'networkId':'" + network + "','name':'laptop'}")
                        .at("token"),
                "laptop");
        laptop.enrol();
    }

    @Test
    void aRecordReachesEveryAgentBesideTheNamesOfTheHosts() {
        Answer created = API.post(
                "dns-records",
                "{'networkId':'" + network + "','name':'Printer','type':'A','data':['192.168.7.9']}",
                "Idempotency-Key",
                "printer");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.at("name")).isEqualTo("printer");
        assertThat(created.at("zone")).isEqualTo("my-names.internal");
        String id = created.at("id");
        assertThat(names().zone()).contains("my-names.internal");
        assertThat(names().hosts()).extracting(NamesPart.NamedHost::name).containsExactly("laptop");
        assertThat(names().records())
                .containsExactly(new DnsRecord("printer", RecordType.A, List.of("192.168.7.9"), 300));

        assertThat(API.patchBlindly("dns-records/" + id, "{'ttl':60}").status()).isEqualTo(428);
        Answer changed = API.patch("dns-records/" + id, "{'data':['192.168.7.9','192.168.7.10'],'ttl':60}");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(names().records())
                .containsExactly(new DnsRecord("printer", RecordType.A, List.of("192.168.7.9", "192.168.7.10"), 60));
        assertThat(API.get("dns-records?networkId=" + network + "&q=print")
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(API.get("audit-events?limit=20").text())
                .contains("dns-record.create", "dns-record.change", "192.168.7.10");

        assertThat(API.delete("dns-records/" + id).status()).isEqualTo(204);
        assertThat(API.get("dns-records/" + id).status()).isEqualTo(404);
        assertThat(names().records()).isEmpty();
    }

    @Test
    void whatNobodyCouldAnswerIsRefused() {
        String id = create("'name':'www','type':'CNAME','data':['laptop']");
        String other = create("'name':'door','type':'AAAA','data':['fd00::7']");

        assertThat(refusal(409, "'name':'LAPTOP','type':'A','data':['192.168.7.9']"))
                .contains("name of a host");
        assertThat(refusal(409, "'name':'www','type':'TXT','data':['x']")).contains("CNAME");
        assertThat(refusal(409, "'name':'door','type':'CNAME','data':['laptop']"))
                .contains("CNAME");
        assertThat(refusal(409, "'name':'door','type':'AAAA','data':['fd00::8']"))
                .contains("has a record of that type");
        assertThat(refusal(422, "'name':'a..b','type':'A','data':['192.168.7.9']"))
                .contains("without the zone");
        assertThat(refusal(422, "'name':'x','type':'A','data':['fd00::7']")).contains("data[0]", "IPv4");
        assertThat(refusal(422, "'name':'x','type':'AAAA','data':['192.168.7.9']"))
                .contains("IPv6");
        assertThat(refusal(422, "'name':'x','type':'CNAME','data':['a','b']")).contains("one name");
        assertThat(refusal(422, "'name':'x','type':'TXT','data':['" + "y".repeat(1001) + "']"))
                .contains("1000 bytes");
        assertThat(refusal(422, "'name':'x','type':'A','data':[]")).contains("data");
        assertThat(API.post("dns-records", "{'networkId':'" + network + "','name':'x','type':'MX','data':['y']}")
                        .status())
                .isBetween(400, 422);

        API.delete("dns-records/" + id);
        API.delete("dns-records/" + other);
    }

    private static NamesPart names() {
        while (laptop.poll(0).isPresent()) {
            assertThat(laptop.bundle()).isNotNull();
        }
        return laptop.bundle().names();
    }

    private static String create(String body) {
        Answer answer = API.post("dns-records", "{'networkId':'" + network + "'," + body + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.at("id");
    }

    private static String refusal(int status, String body) {
        Answer answer = API.post("dns-records", "{'networkId':'" + network + "'," + body + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.text();
    }
}

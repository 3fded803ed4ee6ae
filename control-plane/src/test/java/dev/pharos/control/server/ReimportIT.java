package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.server.Rest.Answer;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Which changes a stock host has to be given a new configuration for, and which it need not notice. */
class ReimportIT {
    private final Rest api = Server.shared().api();
    private final HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
    private String network = "";
    private String stock = "";

    @BeforeEach
    void aStockHostHasItsConfiguration(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        network = api.post(
                        "networks",
                        "{'name':'" + name.substring(0, Math.min(60, name.length())) + "','range':'10.90.0.0/24'}")
                .at("id");
        stock = create("hosts", "'name':'phone','kind':'nebula','groups':['mobiles']");
        export();
        assertThat(mustBeReimported()).isFalse();
    }

    @Test
    void aPolicyForIt() {
        String policy =
                create("policies", "'name':'p','from':['any'],'to':['group:mobiles'],'allow':[{'protocol':'tcp'}]");
        assertReimportedOnce("a new policy");

        api.patch("policies/" + policy, "{'allow':[{'protocol':'udp'}]}");
        assertReimportedOnce("another policy");

        api.delete("policies/" + policy);
        assertReimportedOnce("no policy any more");
    }

    @Test
    void whatItIsCalledWhereItIsAndWhatItBelongsTo() {
        api.patch("hosts/" + stock, "{'name':'telephone'}");
        assertReimportedOnce("its name");

        api.patch("hosts/" + stock, "{'address':'10.90.0.77'}");
        assertReimportedOnce("its address");

        api.patch("hosts/" + stock, "{'groups':['guests']}");
        assertReimportedOnce("its groups");
    }

    @Test
    void whomItMeetsOthersThrough() {
        FakeAgent lamp = join("lamp");
        assertThat(mustBeReimported()).as("a host that joins").isFalse();

        api.patch("hosts/" + lamp.id(), "{'lighthouse':true,'endpoints':['203.0.113.5:4242']}");
        assertReimportedOnce("a lighthouse");

        api.patch("hosts/" + lamp.id(), "{'endpoints':['203.0.113.6:4242']}");
        assertReimportedOnce("another endpoint");

        api.patch("hosts/" + lamp.id(), "{'relay':true}");
        assertReimportedOnce("a relay");

        api.patch("hosts/" + lamp.id(), "{'address':'10.90.0.55'}");
        assertReimportedOnce("a lighthouse that moves");
    }

    @Test
    void whomItMustNotTrustAndWhomItShall() {
        FakeAgent other = join("other");
        api.post("hosts/" + other.id() + "/block", "");
        assertReimportedOnce("a host that is blocked");

        api.post("certificate-authorities/rotate", "{'networkId':'" + network + "'}");
        assertReimportedOnce("another authority");
    }

    @Test
    void itNeedNotNoticeWhatIsNotAboutIt() {
        join("elsewhere");
        create("policies", "'name':'q','from':['any'],'to':['group:servers'],'allow':[{'protocol':'tcp'}]");
        create("hosts", "'name':'second-phone','kind':'nebula'");
        api.post("networks", "{'name':'another','range':'10.91.0.0/24'}");

        assertThat(mustBeReimported()).isFalse();
    }

    private void assertReimportedOnce(String because) {
        assertThat(mustBeReimported()).as(because).isTrue();
        export();
        assertThat(mustBeReimported()).as("after the export for " + because).isFalse();
    }

    private boolean mustBeReimported() {
        return api.get("hosts/" + stock).body().path("reimport").asBoolean();
    }

    private void export() {
        Answer exported = api.get("hosts/" + stock + "/nebula-config?publicKey="
                + URLEncoder.encode(key.publicKey().toPem(), StandardCharsets.UTF_8));
        assertThat(exported.status()).as(exported.text()).isEqualTo(200);
    }

    private String create(String collection, String fields) {
        Answer created = api.post(collection, "{" + fields + ",'networkId':'" + network + "'}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return created.at("id");
    }

    private FakeAgent join(String name) {
        FakeAgent agent = FakeAgent.with(
                api.post(
                                "enrollment-tokens",
                                "{'name':'t','host':{'name':'" + name + "'},'networkId':'" + network + "'}")
                        .at("token"),
                null);
        agent.enrol();
        return agent;
    }
}

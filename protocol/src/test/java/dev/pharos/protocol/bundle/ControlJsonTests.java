package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlJsonTests {
    private static final String REPORT = """
        {"version":"0.1.0","platform":"linux/amd64","startedAt":"2026-11-23T18:00:00Z",\
        "refused":{"revision":{"epoch":0,"number":18},"reason":"older"},\
        "peers":[{"address":"10.42.0.10","path":"relay:10.42.0.2","endpoint":"198.51.100.7:4242","reachedBy":[],"answers":[],"rttMs":1.2,\
        "lastHandshake":"2026-11-23T18:00:00Z","bytesIn":1,"bytesOut":2}],"unmet":["no nft"]}\
        """;

    static Stream<Object> everyMessage() {
        EnrollmentRequest.Keys keys = new EnrollmentRequest.Keys(
                BundleSamples.KEY.publicKey(), Binary.of(new byte[32]), Binary.of(new byte[65]));
        Envelope envelope = new BundleSigner(BundleSamples.KEY).sign(BundleSamples.manifest(1, 2));
        return Stream.of(
                BundleSamples.own(),
                BundleSamples.trust(),
                BundleSamples.topology(),
                BundleSamples.names(),
                BundleSamples.manifest(1_795_460_000, 17),
                BundleSamples.token(),
                envelope,
                new EnrollmentRequest(Binary.of(new byte[32]), Optional.of("rpi"), keys, "linux/arm64", "0.1.0"),
                new EnrollmentAnswer(envelope, BundleSamples.parts()),
                new TopologyPart.ControlPlane(List.of(), TlsTrust.WEB_PKI, List.of()),
                new Problem(ProblemType.TOKEN_EXPIRED.urn(), "expired", 403, Optional.of("since"), Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void everyMessageIsReadBackAsItWas(Object message) throws Exception {
        byte[] json = ControlJson.write(message);
        assertThat((Object) ControlJson.read(message.getClass(), json, json.length))
                .isEqualTo(message);
        assertThat(ControlJson.write(message)).isEqualTo(json);
    }

    @Test
    void fieldsAreInTheOrderOfTheDocument() {
        assertThat(text(BundleSamples.manifest(7, 8)))
                .startsWith(
                        "{\"schema\":1,\"network\":\"net_1\",\"host\":\"host_1\",\"revision\":{\"epoch\":7,\"number\":8},"
                            + "\"issuedAt\":\"2026-11-23T18:00:00Z\",\"parts\":{\"own\":\"")
                .endsWith("\"critical\":[]}");
        assertThat(text(BundleSamples.topology()))
                .isEqualTo("{\"lighthouses\":[{\"name\":\"anchor\",\"address\":\"10.42.0.2\","
                               + "\"endpoints\":[\"198.51.100.2:4242\",\"home.example.net:4242\"]}],\"relays\":[\"10.42.0.2\"],"
                               + "\"controlPlane\":{\"urls\":[\"https://203.0.113.5:8443\"],\"tls\":[\""
                        + BundleSamples.PIN + "\"],\"overlay\":[\"https://10.42.0.2:8443\"]},"
                        + "\"routes\":[{\"subnet\":\"192.168.7.0/24\",\"routers\":[\"10.42.0.20\",\"10.42.0.1\"],"
                        + "\"metric\":1000}]}");
    }

    @Test
    void namesAreWrittenAsDocumented() {
        assertThat(text(BundleSamples.names()))
                .isEqualTo(
                        "{\"hosts\":[{\"name\":\"laptop\",\"addresses\":[\"10.42.0.10\"]}],\"zone\":\"home.internal\","
                            + "\"records\":[{\"name\":\"printer\",\"type\":\"A\",\"data\":[\"192.168.7.9\"],\"ttl\":300}]}");
        assertThat(NamesPart.zoneOf("Büro & Home")).contains("b-ro-home.internal");
        assertThat(NamesPart.zoneOf("家")).isEmpty();
    }

    /** A bundle that was stored before there were routes. */
    @Test
    void partsWithoutRoutesAreRead() throws Exception {
        String routes = ",\"routes\":[{\"subnet\":\"192.168.7.0/24\",\"routers\":[\"10.42.0.20\",\"10.42.0.1\"],"
                + "\"metric\":1000}]";
        String forwarding = ",\"forwarding\":[{\"subnet\":\"192.168.7.0/24\",\"masquerade\":true}]";
        String topology = text(BundleSamples.topology());
        String own = text(BundleSamples.own());
        assertThat(topology).contains(routes);
        assertThat(own).contains(forwarding);

        assertThat(ControlJson.read(TopologyPart.class, bytes(topology.replace(routes, "")), 1 << 20)
                        .routes())
                .isEmpty();
        assertThat(ControlJson.read(OwnPart.class, bytes(own.replace(forwarding, "")), 1 << 20)
                        .forwarding())
                .isEmpty();
    }

    @Test
    void absentSelectorsOfARuleAreNotWritten() {
        assertThat(text(BundleSamples.own()))
                .contains("{\"protocol\":\"tcp\",\"ports\":\"22\",\"groups\":[\"a\",\"b\"],"
                        + "\"cidr\":\"10.42.0.9/32\",\"localCidr\":\"192.168.7.0/24\"}")
                .contains("{\"protocol\":\"icmp\",\"ports\":\"any\"}");
    }

    @Test
    void reportsAreReadAndWrittenAsDocumented() throws Exception {
        HostReport report = ControlJson.read(HostReport.class, bytes(REPORT), 4096);
        HostReport.Peer peer = report.peers().getFirst();
        assertThat(peer.path()).isEqualTo(PeerPath.via(BundleSamples.address("10.42.0.2")));
        assertThat(peer.endpoint()).contains(UnderlayEndpoint.parse("198.51.100.7:4242"));
        assertThat(peer.lastHeard()).isEmpty();
        assertThat(text(report)).isEqualTo(REPORT);
    }

    @Test
    void whatIsNotKnownIsIgnored() throws Exception {
        assertThat(ControlJson.read(Revision.class, bytes("{\"epoch\":1,\"number\":2,\"more\":{\"x\":[1,{}]}}"), 100))
                .isEqualTo(new Revision(1, 2));
    }

    @Test
    void listsThatAreAbsentAreEmpty() throws Exception {
        assertThat(ControlJson.read(NamesPart.class, bytes("{}"), 100).hosts()).isEmpty();
        assertThat(ControlJson.read(NamesPart.class, bytes("{\"hosts\":null}"), 100)
                        .hosts())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "17",
                "{",
                "{\"epoch\":1}",
                "{\"epoch\":1,\"number\":null}",
                "{\"epoch\":1,\"number\":\"2\"}",
                "{\"epoch\":1,\"number\":2.5}",
                "{\"epoch\":1,\"number\":-2}",
                "{\"epoch\":1,\"number\":99999999999999999999}",
                "{\"epoch\":1,\"number\":2,\"number\":3}",
                "{\"epoch\":1,\"number\":2} {}",
            })
    void whatIsNoRevisionIsMalformed(String json) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ControlJson.read(Revision.class, bytes(json), 100));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"protocol\":\"tcp\",\"ports\":22}",
                "{\"protocol\":0,\"ports\":\"22\"}",
                "{\"protocol\":\"TCP\",\"ports\":\"22\"}",
                "{\"protocol\":\"\",\"ports\":\"22\"}",
                "{\"protocol\":\"tcp\",\"ports\":[\"22\"]}",
                "{\"protocol\":\"tcp\",\"ports\":\"22\",\"groups\":\"a\"}",
                "{\"protocol\":\"tcp\",\"ports\":\"22\",\"groups\":[17]}",
                "{\"protocol\":\"tcp\",\"ports\":\"22\",\"groups\":[null]}",
                "{\"protocol\":\"tcp\",\"ports\":\"22\",\"cidr\":\"\"}",
                "{\"protocol\":\"tcp\",\"ports\":\"22\",\"cidr\":7}",
                "{\"protocol\":\"tcp\",\"ports\":\"22\",\"groups\":[true]}",
                "{\"ports\":\"22\"}",
                "{\"protocol\":\"tcp\"}",
            })
    void whatIsNoRuleIsMalformed(String json) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ControlJson.read(Rule.class, bytes(json), 100));
    }

    @Test
    void messagesNameThePlaceAndNotTheContent() {
        String json = text(BundleSamples.token()).replace("\"tls\":[\"", "\"tls\":[\"hunter2");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ControlJson.read(EnrollmentToken.class, bytes(json), 4096))
                .withMessage("EnrollmentToken: malformed at tls[0]")
                .withNoCause();
    }

    @Test
    void moreThanTheLimitIsRefusedUnread() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Envelope.parse(new byte[ControlJson.MAX_ENVELOPE_BYTES + 1]))
                .withMessageContaining("longer than 1048576");
    }

    @Test
    void nestingHasALimit() {
        char[] deep = new char[100_000];
        Arrays.fill(deep, '[');
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ControlJson.read(
                        Revision.class, bytes("{\"x\":" + new String(deep)), ControlJson.MAX_ENVELOPE_BYTES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a", "https://", "ftp://a", "https://u:p@a", "https:a"})
    void urlsOfTheControlPlaneAreHttps(String url) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ControlJson.read(
                        TopologyPart.ControlPlane.class,
                        ControlJson.write(Map.of("urls", List.of(url), "tls", "webpki")),
                        1000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "host",
                "host:0",
                "host:65536",
                "ho st:1",
                "10.0.0.256:1",
                "fd00::1:80",
                "[10.0.0.1]:1",
                "-a:1",
                "a..b:1"
            })
    void whatIsNoEndpointIsMalformed(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> HostPort.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.2:4242", "[2001:db8::1]:4242", "home.example.net:1"})
    void endpointsRoundTrip(String text) throws Exception {
        assertThat(HostPort.parse(text)).hasToString(text);
        assertThat(HostPort.parse(text).literal().isPresent()).isEqualTo(!text.contains("example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65536", "1-", "-1", "2-1", "0-5", "1-2-3", "ANY", " 1", "01"})
    void whatAreNoPortsIsMalformed(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> PortRange.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"any", "22", "8000-8100", "1-65535"})
    void portsRoundTrip(String text) throws Exception {
        assertThat(PortRange.parse(text)).hasToString(text);
    }

    private static String text(Object value) {
        return new String(ControlJson.write(value), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

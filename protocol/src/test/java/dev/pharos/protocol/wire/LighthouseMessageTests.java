package dev.pharos.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.protobuf.ProtobufWriter;
import dev.pharos.protocol.wire.LighthouseMessage.HostPunch;
import dev.pharos.protocol.wire.LighthouseMessage.HostQuery;
import dev.pharos.protocol.wire.LighthouseMessage.HostQueryReply;
import dev.pharos.protocol.wire.LighthouseMessage.HostUpdate;
import dev.pharos.protocol.wire.LighthouseMessage.Received;
import dev.pharos.protocol.wire.LighthouseMessage.Unknown;
import dev.pharos.protocol.wire.LighthouseMessage.UpdateAck;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors are plaintexts that real daemons sent (facts, nebula-protocol 21). */
class LighthouseMessageTests {
    private static final VpnAddress HOST_2 = VpnAddress.ofV4(0x0a630002);
    private static final VpnAddress HOST_3 = VpnAddress.ofV4(0x0a630003);
    private static final VpnAddress IPV6_HOST = new VpnAddress(0xfd00_0099_0000_0000L, 2);

    @Test
    void updatesAreAsSeenOnTheWire() throws Exception {
        List<UnderlayEndpoint> endpoints = List.of(endpoint("192.0.2.2:4401"), endpoint("[fd00::2]:4401"));
        List<VpnAddress> relays = List.of(VpnAddress.ofV4(0x0a630009));
        String both = "120908828480800c10b1222210088080808080808080fd01100218b122";
        bothWays(
                AddressForm.V1,
                new HostUpdate(Optional.of(HOST_2), endpoints, relays),
                "080312280882808c53" + both + "2a0489808c53");
        bothWays(
                AddressForm.V2,
                new HostUpdate(Optional.empty(), endpoints, relays),
                "08031227" + both + "3a081089808cd3f0ff3f");
    }

    @Test
    void acknowledgementsAreAsSeenOnTheWire() throws Exception {
        bothWays(AddressForm.V1, new UpdateAck(Optional.of(HOST_2)), "080a12050882808c53");
        bothWays(AddressForm.V2, new UpdateAck(Optional.empty()), "080a1200");
    }

    @Test
    void queriesAreAsSeenOnTheWire() throws Exception {
        bothWays(AddressForm.V1, new HostQuery(HOST_3), "080112050883808c53");
        bothWays(AddressForm.V2, new HostQuery(HOST_3), "0801120a32081083808cd3f0ff3f");
    }

    @Test
    void repliesAreAsSeenOnTheWire() throws Exception {
        var reply = new HostQueryReply(
                HOST_3,
                List.of(endpoint("127.0.0.1:4501"), endpoint("192.0.2.2:4501"), endpoint("[fd00::2]:4501")),
                List.of(VpnAddress.ofV4(0x0a630001)));
        String endpoints = "120908818080f807109523120908828480800c1095232210088080808080808080fd011002189523";
        bothWays(AddressForm.V1, reply, "080212330883808c53" + endpoints + "2a0481808c53");
        bothWays(AddressForm.V2, reply, "0802123c" + endpoints + "32081083808cd3f0ff3f" + "3a081081808cd3f0ff3f");
    }

    @Test
    void punchesNameTheRequester() throws Exception {
        var punch = new HostPunch(HOST_2, List.of(endpoint("192.0.2.2:4401")));
        bothWays(AddressForm.V1, punch, "080512100882808c53120908828480800c10b122");
        bothWays(AddressForm.V2, punch, "08051215120908828480800c10b12232081082808cd3f0ff3f");
    }

    @Test
    void v4AddressesInTheNewFieldsAreMapped() throws Exception {
        var ipv6 = new HostQuery(IPV6_HOST);
        assertThat(parse(ipv6.encode(AddressForm.V2)).message()).isEqualTo(ipv6);
        HostQuery mapped = (HostQuery) parse("0801120a32081083808cd3f0ff3f").message();
        assertThat(mapped.wanted().isV4()).isTrue();
        assertThat(mapped.wanted()).hasToString("10.99.0.3");
    }

    @Test
    void theV1FormLeavesIpv6RelaysOutAndRefusesAnIpv6Subject() throws Exception {
        var reply = new HostQueryReply(HOST_3, List.of(), List.of(IPV6_HOST, HOST_2));
        assertThat(parse(reply.encode(AddressForm.V1)).message())
                .isEqualTo(new HostQueryReply(HOST_3, List.of(), List.of(HOST_2)));
        assertThatIllegalArgumentException().isThrownBy(() -> new HostQuery(IPV6_HOST).encode(AddressForm.V1));
        assertThatIllegalArgumentException().isThrownBy(() -> new UpdateAck(Optional.empty()).encode(AddressForm.V1));
    }

    @Test
    void relaysAreReadPackedAndPlain() throws Exception {
        HostUpdate plain = (HostUpdate)
                parse("0803120f" + "0882808c53" + "2889808c53" + "2881808c53").message();
        assertThat(plain.relays()).containsExactly(VpnAddress.ofV4(0x0a630009), VpnAddress.ofV4(0x0a630001));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0804", "0806", "08c801", "08c80112020801"})
    void otherKindsAreUnknownNotMalformed(String message) throws Exception {
        assertThat(parse(message).message()).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0801", // query without details
                "08011200", // query without address
                "080212050a0182", // address that is not a number
                "0803120612041080800410", // cut short
                "08031206120410808004", // port 65536
                "0803120722051880808010", // port beyond 32 bits
            })
    void malformedMessagesAreRefused(String message) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> parse(message));
    }

    @Property
    void anyDetailsAreReadOrRefusedAndNothingElse(@ForAll byte kind, @ForAll byte[] details) {
        byte[] message =
                new ProtobufWriter().uint32(1, kind & 0xf).bytes(2, details).toBytes();
        try {
            parse(message);
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void bothWays(AddressForm form, LighthouseMessage message, String hex) throws Exception {
        assertThat(HexFormat.of().formatHex(message.encode(form))).isEqualTo(hex);
        assertThat(parse(hex).message()).isEqualTo(message);
        assertThat(parse(hex).form()).isEqualTo(form);
    }

    private static Received parse(String hex) throws MalformedException {
        return parse(HexFormat.of().parseHex(hex));
    }

    private static Received parse(byte[] message) throws MalformedException {
        return LighthouseMessage.parse(message, 0, message.length);
    }

    private static UnderlayEndpoint endpoint(String text) throws MalformedException {
        return UnderlayEndpoint.parse(text);
    }
}

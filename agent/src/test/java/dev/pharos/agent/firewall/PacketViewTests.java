package dev.pharos.agent.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.VpnAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketViewTests {
    private static final String PEER = "10.99.0.3";
    private static final String HERE = "10.99.0.2";
    private static final String PEER_V6 = "fd00:99::3";
    private static final String HERE_V6 = "fd00:99::2";

    private final PacketView view = new PacketView();

    @Test
    void addressesAndPortsAreOrientedByDirection() {
        byte[] inbound = Packets.tcp(PEER, 40000, HERE, 22);
        assertThat(read(Direction.INBOUND, inbound)).isTrue();
        assertFlow(HERE, 22, PEER, 40000);
        byte[] outbound = Packets.tcp(HERE, 22, PEER, 40000);
        assertThat(read(Direction.OUTBOUND, outbound)).isTrue();
        assertFlow(HERE, 22, PEER, 40000);
        assertThat(read(Direction.OUTBOUND, Packets.udp(HERE_V6, 50000, PEER_V6, 53)))
                .isTrue();
        assertFlow(HERE_V6, 50000, PEER_V6, 53);
        assertThat(view.protocol).isEqualTo(Packets.UDP);
    }

    @Test
    void v4OptionsMoveThePorts() {
        byte[] packet = Packets.packet(PEER, HERE, Packets.TCP, new byte[12]);
        packet[0] = 0x47;
        ByteBuffer.wrap(packet).putShort(28, (short) 1234).putShort(30, (short) 80);
        assertThat(read(Direction.INBOUND, packet)).isTrue();
        assertFlow(HERE, 80, PEER, 1234);
    }

    @Test
    void pingsHaveTheirIdentifierAsRemotePort() {
        for (Direction direction : Direction.values()) {
            assertThat(read(direction, Packets.ping(PEER, HERE, 77))).isTrue();
            assertThat(view.remotePort).isEqualTo(77);
            assertThat(view.localPort).isZero();
            assertThat(read(direction, Packets.ping(PEER_V6, HERE_V6, 78))).isTrue();
            assertThat(view.remotePort).isEqualTo(78);
        }
    }

    @Test
    void otherIcmpV6MessagesHaveNoIdentifier() {
        byte[] packet = Packets.ping(PEER_V6, HERE_V6, 78);
        packet[40] = 1;
        assertThat(read(Direction.INBOUND, packet)).isTrue();
        assertThat(view.remotePort).isZero();
        assertThat(view.protocol).isEqualTo(Packets.ICMP_V6);
    }

    @Test
    void fragmentsHaveNoPorts() {
        assertThat(read(Direction.INBOUND, Packets.fragment(PEER, HERE, Packets.UDP)))
                .isTrue();
        assertThat(view.fragment).isTrue();
        assertFlow(HERE, 0, PEER, 0);
        assertThat(read(Direction.INBOUND, Packets.fragment(PEER_V6, HERE_V6, Packets.UDP)))
                .isTrue();
        assertThat(view.fragment).isTrue();
        assertThat(view.protocol).isEqualTo(Packets.UDP);
    }

    @Test
    void theFirstFragmentHasPorts() {
        byte[] v4 = Packets.tcp(PEER, 40000, HERE, 22);
        v4[6] = 0x20;
        assertThat(read(Direction.INBOUND, v4)).isTrue();
        assertThat(view.fragment).isFalse();
        assertFlow(HERE, 22, PEER, 40000);

        byte[] body = ByteBuffer.allocate(28)
                .put((byte) Packets.TCP)
                .putShort(2, (short) 1)
                .put(8, Packets.ports(40000, 22))
                .array();
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, 44, body)))
                .isTrue();
        assertThat(view.fragment).isFalse();
        assertFlow(HERE_V6, 22, PEER_V6, 40000);
    }

    @Test
    void extensionHeadersAreWalked() {
        byte[] body = ByteBuffer.allocate(8 + 16 + 24 + 12 + 20)
                .put((byte) 43) // hop-by-hop, 8 bytes
                .put((byte) 0)
                .put(8, (byte) 60) // routing, 16 bytes
                .put(9, (byte) 1)
                .put(24, (byte) 51) // destination options, 24 bytes
                .put(25, (byte) 2)
                .put(48, (byte) Packets.TCP) // authentication, 12 bytes
                .put(49, (byte) 1)
                .put(60, Packets.ports(40000, 22))
                .array();
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, 0, body)))
                .isTrue();
        assertThat(view.protocol).isEqualTo(Packets.TCP);
        assertFlow(HERE_V6, 22, PEER_V6, 40000);
    }

    @ParameterizedTest
    @ValueSource(ints = {135, 139, 140, 253, Packets.GRE, 50})
    void whatIsNoExtensionHeaderEndsTheWalk(int next) {
        byte[] body = new byte[40];
        body[0] = Packets.TCP;
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, next, body)))
                .isTrue();
        assertThat(view.protocol).isEqualTo(next);
        assertFlow(HERE_V6, 0, PEER_V6, 0);
    }

    @Test
    void eightExtensionHeadersAreWalkedAndNineRefused() {
        byte[] body = new byte[9 * 8 + 20];
        Arrays.fill(body, 0, 9 * 8, (byte) 0);
        for (int header = 0; header < 9; header++) {
            body[header * 8] = 60;
        }
        body[7 * 8] = Packets.TCP;
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, 60, body)))
                .isTrue();
        body[7 * 8] = 60;
        body[8 * 8] = Packets.TCP;
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, 60, body)))
                .isFalse();
    }

    @Test
    void aNinthExtensionHeaderIsRefusedThoughItBeAFragments() {
        byte[] body = new byte[9 * 8];
        for (int header = 0; header < 7; header++) {
            body[header * 8] = 60;
        }
        body[7 * 8] = 44;
        body[8 * 8] = Packets.UDP;
        body[8 * 8 + 3] = 8;
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, 60, body)))
                .isFalse();
        byte[] shorter = Arrays.copyOfRange(body, 8, body.length);
        assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, 60, shorter)))
                .isTrue();
        assertThat(view.fragment).isTrue();
    }

    @Test
    void aHeaderThatReachesBeyondThePacketIsRefused() {
        byte[] body = new byte[40];
        body[0] = Packets.TCP;
        body[1] = 5; // 48 bytes
        for (int extension : new int[] {0, 43, 60, 51}) {
            body[1] = (byte) (extension == 51 ? 9 : 5);
            assertThat(read(Direction.INBOUND, Packets.packet(PEER_V6, HERE_V6, extension, body)))
                    .isFalse();
        }
    }

    @Test
    void mappedAddressesDoNotPassForIpv4() {
        byte[] packet = Packets.packet(PEER_V6, HERE_V6, Packets.TCP, new byte[20]);
        byte[] mapped = ByteBuffer.allocate(16)
                .putShort(10, (short) 0xffff)
                .put(12, Packets.address(PEER).toBytes())
                .array();
        System.arraycopy(mapped, 0, packet, 8, 16);
        assertThat(read(Direction.INBOUND, packet)).isFalse();
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] v4 = Packets.tcp(PEER, 1, HERE, 2);
        for (int length = 0; length < 24; length++) {
            assertThat(view.read(Direction.INBOUND, v4, 0, length)).isFalse();
        }
        assertThat(view.read(Direction.INBOUND, v4, 0, 24)).isTrue();
        byte[] v6 = Packets.ping(PEER_V6, HERE_V6, 2);
        for (int length = 0; length < 46; length++) {
            assertThat(view.read(Direction.INBOUND, v6, 0, length)).isFalse();
        }
        v4[0] = 0x44;
        assertThat(read(Direction.INBOUND, v4)).isFalse();
        v4[0] = 0x55;
        assertThat(read(Direction.INBOUND, v4)).isFalse();
    }

    @Property
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll byte[] body, @ForAll boolean v6, @ForAll byte next) {
        byte[] packet = v6
                ? Packets.packet(PEER_V6, HERE_V6, next & 0xff, body)
                : Packets.packet(PEER, HERE, next & 0xff, body);
        assertThat(read(Direction.INBOUND, packet)).isIn(true, false);
    }

    private boolean read(Direction direction, byte[] packet) {
        byte[] buffer = new byte[packet.length + 7];
        System.arraycopy(packet, 0, buffer, 7, packet.length);
        return view.read(direction, buffer, 7, packet.length);
    }

    private void assertFlow(String local, int localPort, String remote, int remotePort) {
        assertThat(new VpnAddress(view.localHigh, view.localLow)).hasToString(local);
        assertThat(new VpnAddress(view.remoteHigh, view.remoteLow)).hasToString(remote);
        assertThat(view.localPort).isEqualTo(localPort);
        assertThat(view.remotePort).isEqualTo(remotePort);
    }
}

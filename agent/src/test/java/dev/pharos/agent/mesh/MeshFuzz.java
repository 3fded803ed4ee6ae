package dev.pharos.agent.mesh;

import dev.pharos.agent.fuzz.FuzzTarget;
import dev.pharos.agent.fuzz.WireFuzz;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A lighthouse that relays, and a member that is none of the friendly ones. The input is a list of messages, each a length
 * of two bytes and so many bytes. {@link #datagram} has them come from a stranger; {@link #member} has them sealed, as a
 * packet of the type that their first byte names. A network lives for many inputs, and at its end the good still talk.
 */
public final class MeshFuzz implements FuzzTarget {
    private static final UnderlayEndpoint OUTSIDER = Fleet.publicEndpoint(200);
    private static final List<PacketType> SEALED = List.of(
            PacketType.LIGHTHOUSE,
            PacketType.CONTROL,
            PacketType.TEST_REQUEST,
            PacketType.TEST_REPLY,
            PacketType.DATA,
            PacketType.RELAYED);
    private static final int LIFE = 400;
    private static final int MESSAGES = 20;

    private final BiConsumer<Network, byte[]> sender;
    private final List<byte[]> seeds;
    private @Nullable Network network;

    private MeshFuzz(BiConsumer<Network, byte[]> sender, List<byte[]> seeds) {
        this.sender = sender;
        this.seeds = seeds;
    }

    public static FuzzTarget datagram() {
        StockPeer stock = new StockPeer(new Fleet(3).authority(), "stock", new VpnPrefix(Fleet.address(99), 16));
        return new MeshFuzz(
                (network, message) -> network.internet.inject(OUTSIDER, network.anchor.endpoint(), message),
                List.of(
                        list(stock.stage1()),
                        list(header(PacketType.DATA, 40), header(PacketType.RECV_ERROR, 0)),
                        list(header(PacketType.RELAYED, 40), header(PacketType.CLOSE_TUNNEL, 16))));
    }

    public static FuzzTarget member() {
        List<byte[]> seeds = new ArrayList<>();
        WireFuzz.lighthouseMessages().forEach(message -> seeds.add(list(prefixed(0, message))));
        WireFuzz.relayMessages().forEach(message -> seeds.add(list(prefixed(1, message))));
        byte[] ping = new ProbePayload.Ping(7, ProbePayload.Urgency.MOVED).toBytes();
        seeds.add(list(prefixed(2, ping), prefixed(3, ping), prefixed(4, new byte[20])));
        return new MeshFuzz(Network::sendSealed, seeds);
    }

    @Override
    public void run(byte[] input) {
        Network current = network;
        if (current == null) {
            current = new Network();
            network = current;
        }
        ByteBuffer bytes = ByteBuffer.wrap(input);
        for (int i = 0; i < MESSAGES && bytes.remaining() >= 2; i++) {
            byte[] message = new byte[Math.min(bytes.getShort() & 0xffff, bytes.remaining())];
            bytes.get(message);
            sender.accept(current, message);
        }
        current.internet.run(Times.millis(30));
        current.inputs++;
        if (current.inputs == LIFE) {
            network = null;
            current.goodStillTalk();
        }
    }

    @Override
    public List<byte[]> seeds() {
        return seeds;
    }

    private static byte[] header(PacketType type, int rest) {
        byte[] packet = new byte[Header.LENGTH + rest];
        Header.write(packet, 0, type, 7, 9);
        return packet;
    }

    private static byte[] prefixed(int type, byte[] message) {
        return ByteBuffer.allocate(1 + message.length)
                .put((byte) type)
                .put(message)
                .array();
    }

    private static byte[] list(byte[]... messages) {
        ByteBuffer list = ByteBuffer.allocate(4096);
        for (byte[] message : messages) {
            list.putShort((short) message.length).put(message);
        }
        byte[] bytes = new byte[list.position()];
        list.flip().get(bytes);
        return bytes;
    }

    private static final class Network {
        private final Fleet fleet = new Fleet(5, Fleet.Flavour.BOTH_VERSIONS);
        private final Internet internet = fleet.internet();
        private final SimulatedHost anchor = fleet.lighthouse("anchor");
        private final SimulatedHost good = fleet.open("good");
        private final SimulatedHost bad = fleet.open("bad");
        private int inputs;

        Network() {
            internet.run(Times.seconds(1));
        }

        void sendSealed(byte[] message) {
            Tunnel tunnel = bad.mesh().tunnelTo(anchor.address());
            if (tunnel == null || message.length == 0) {
                bad.say(anchor.address(), "again");
                return;
            }
            int length = message.length - 1;
            byte[] packet = new byte[length + Header.LENGTH + TransportCipher.TAG_LENGTH];
            PacketType type = SEALED.get((message[0] & 0xff) % SEALED.size());
            long counter = tunnel.nextCounter();
            Header.write(packet, 0, type, tunnel.remoteIndex(), counter);
            System.arraycopy(message, 1, packet, Header.LENGTH, length);
            tunnel.sendCipher().seal(counter, packet, 0, Header.LENGTH, Header.LENGTH, length);
            internet.inject(bad.endpoint(), anchor.endpoint(), packet);
        }

        void goodStillTalk() {
            good.say(anchor.address(), "still here");
            FuzzTarget.require(
                    internet.runUntil(Times.seconds(5), () -> anchor.hasHeard(good.address(), "still here")),
                    "the good do not talk any more");
        }
    }
}

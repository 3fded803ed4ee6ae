package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.noise.DhKeyPair;
import dev.pharos.protocol.noise.IxInitiator;
import dev.pharos.protocol.noise.IxResponder;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.HandshakePayload;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.LighthouseMessage.HostPunch;
import dev.pharos.protocol.wire.LighthouseMessage.HostUpdate;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.RelayIndex;
import dev.pharos.protocol.wire.RelayMessage;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;
import dev.pharos.protocol.wire.TunnelIndex;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A stock nebula node as far as paths are concerned (facts, nebula-protocol 6, 7, 9, 10 and 11): it is called and never
 * calls; sends to its remote where it has one, else by the first relay of its newest tunnel; moves its remote to wherever
 * an authentic packet comes from directly; punches a second after a lighthouse says so; and obeys.
 */
final class StockNode implements Station, Talker {
    private static final long PUNCH_DELAY = Times.SECOND;
    private static final long UPDATE_INTERVAL = Times.seconds(10);
    private static final long NO_RETURN = Times.seconds(2);

    private final Internet internet;
    private final Nat nat;
    private final UnderlayEndpoint endpoint;
    private final Identity identity;
    private final DhKeyPair staticKey;
    private final Random random;
    private final List<VpnAddress> relays;
    private final Map<VpnAddress, List<UnderlayEndpoint>> lighthouses;
    private final Map<Integer, Session> byIndex = new HashMap<>();
    private final Map<Integer, Hop> hops = new HashMap<>();
    private final Map<VpnAddress, List<Session>> sessions = new LinkedHashMap<>();
    private final Map<Integer, IxInitiator> begun = new HashMap<>();
    private final Map<ByteBuffer, byte[]> answers = new HashMap<>();
    private final List<SimulatedHost.Heard> heard = new ArrayList<>();
    private int nextIndex = 0x2000;

    /** Frames with {@code local} come for us from {@code far}; those we send over {@code tunnel} carry {@code remote}. */
    private record Hop(Session tunnel, VpnAddress far, int local, int remote) {}

    StockNode(
            Internet internet,
            Nat nat,
            UnderlayEndpoint endpoint,
            Identity identity,
            Map<VpnAddress, List<UnderlayEndpoint>> lighthouses,
            List<VpnAddress> relays,
            Random random) {
        this.internet = internet;
        this.nat = nat;
        this.endpoint = endpoint;
        this.identity = identity;
        this.random = random;
        this.lighthouses = lighthouses;
        this.relays = relays;
        try {
            staticKey = DhKeyPair.x25519(identity.key().secret());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        internet.attach(this);
        callLighthouses();
    }

    private void callLighthouses() {
        lighthouses.values().forEach(endpoints -> begin(endpoints.getFirst()));
    }

    /** Forgets every tunnel, and begins again on the same port. */
    void restart() {
        byIndex.clear();
        hops.clear();
        sessions.clear();
        begun.clear();
        answers.clear();
        callLighthouses();
    }

    /** A tunnel of its own. */
    private final class Session {
        private final VpnAddress peer;
        private final int local;
        private final int remoteIndex;
        private final TransportCipher sealer;
        private final TransportCipher opener;
        private final List<Hop> hops = new ArrayList<>();
        private @Nullable UnderlayEndpoint remote;
        private @Nullable UnderlayEndpoint before;
        private long movedAt = Times.NEVER;
        private long counter = 3;

        private Session(VpnAddress peer, int local, int remoteIndex, TransportCipher sealer, TransportCipher opener) {
            this.peer = peer;
            this.local = local;
            this.remoteIndex = remoteIndex;
            this.sealer = sealer;
            this.opener = opener;
        }

        private byte @Nullable [] open(byte[] packet, int authenticated) {
            byte[] copy = packet.clone();
            long number = Header.counter(copy, 0);
            return opener.open(number, copy, 0, authenticated, authenticated, copy.length - authenticated)
                    ? Arrays.copyOfRange(copy, Header.LENGTH, copy.length - TransportCipher.TAG_LENGTH)
                    : null;
        }

        private void roam(UnderlayEndpoint from) {
            if (from.equals(remote) || (from.equals(before) && internet.now() - movedAt < NO_RETURN)) {
                return;
            }
            before = remote;
            remote = from;
            movedAt = internet.now();
        }

        private void send(PacketType type, byte[] text) {
            byte[] packet = new byte[Header.LENGTH + text.length + TransportCipher.TAG_LENGTH];
            Header.write(packet, 0, type, remoteIndex, counter);
            System.arraycopy(text, 0, packet, Header.LENGTH, text.length);
            sealer.seal(counter++, packet, 0, Header.LENGTH, Header.LENGTH, text.length);
            UnderlayEndpoint direct = remote;
            if (direct != null) {
                internet.send(StockNode.this, direct, packet);
            } else if (!hops.isEmpty()) {
                hops.getFirst().tunnel().wrap(hops.getFirst().remote(), packet);
            }
        }

        private void wrap(int index, byte[] inner) {
            byte[] frame = new byte[Header.LENGTH + inner.length + TransportCipher.TAG_LENGTH];
            Header.write(frame, 0, PacketType.RELAYED, index, counter);
            System.arraycopy(inner, 0, frame, Header.LENGTH, inner.length);
            int authenticated = Header.LENGTH + inner.length;
            sealer.seal(counter++, frame, 0, authenticated, authenticated, 0);
            if (remote != null) {
                internet.send(StockNode.this, remote, frame);
            }
        }
    }

    @Override
    public VpnAddress address() {
        return identity.address();
    }

    @Override
    public List<SimulatedHost.Heard> heard() {
        return heard;
    }

    /** Whether what it sends to this peer goes straight there. */
    boolean isDirectTo(VpnAddress peer) {
        List<Session> known = sessions.getOrDefault(peer, List.of());
        return !known.isEmpty() && known.getFirst().remote != null;
    }

    /** Sends a line of text to a peer that it has a tunnel to. */
    @Override
    public void say(VpnAddress to, String text) {
        List<Session> known = sessions.getOrDefault(to, List.of());
        if (!known.isEmpty()) {
            known.getFirst().send(PacketType.DATA, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The first message of a peer came through another relay first than its answer took: that one is sent through. */
    void sendsThrough(VpnAddress relay) {
        for (Session session : byIndex.values()) {
            hops.values().stream()
                    .filter(hop ->
                            hop.far().equals(session.peer) && hop.tunnel().peer.equals(relay))
                    .findFirst()
                    .ifPresent(session.hops::addFirst);
        }
    }

    @Override
    public boolean isUp() {
        return true;
    }

    @Override
    public Nat nat() {
        return nat;
    }

    @Override
    public UnderlayEndpoint endpoint() {
        return endpoint;
    }

    private void begin(UnderlayEndpoint lighthouse) {
        int index = nextIndex++;
        var payload = HandshakePayload.request(
                identity.certificates().getFirst().handshakeEncoding(), 1, new TunnelIndex(index), internet.now(), 0);
        var initiator =
                new IxInitiator(identity.cipher(), staticKey, staticKey.newEphemeral(random), payload.toBytes());
        begun.put(index, initiator);
        internet.send(this, lighthouse, packet(new Header(PacketType.HANDSHAKE, 0, 1), initiator.message()));
    }

    @Override
    public void receive(UnderlayEndpoint from, byte[] datagram) {
        try {
            packet(from, null, datagram);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void packet(@Nullable UnderlayEndpoint from, @Nullable Hop hop, byte[] packet) throws MalformedException {
        if (packet.length < Header.LENGTH) {
            return;
        }
        PacketType type = Header.type(packet, 0);
        if (type == PacketType.HANDSHAKE && Header.counter(packet, 0) == 1) {
            answer(from, hop, packet);
        } else if (type == PacketType.HANDSHAKE) {
            finish(from, packet);
        } else if (type == PacketType.RELAYED) {
            frame(from, packet);
        } else if (type != PacketType.RECV_ERROR) {
            sealed(from, type, Header.remoteIndex(packet, 0), packet);
        }
    }

    private void sealed(@Nullable UnderlayEndpoint from, PacketType type, int index, byte[] packet)
            throws MalformedException {
        Session session = byIndex.get(index);
        if (session == null) {
            if (from != null) {
                internet.send(this, from, new Header(PacketType.RECV_ERROR, index, 0).toBytes());
            }
            return;
        }
        byte[] text = session.open(packet, Header.LENGTH);
        if (text != null) {
            if (from != null) {
                session.roam(from);
            }
            dispatch(session, type, text);
        }
    }

    private void answer(@Nullable UnderlayEndpoint from, @Nullable Hop hop, byte[] stage1) throws MalformedException {
        byte[] repeated = answers.get(ByteBuffer.wrap(stage1));
        if (repeated != null) {
            reply(from, hop, repeated);
            return;
        }
        var responder =
                new IxResponder(identity.cipher(), staticKey, stage1, Header.LENGTH, stage1.length - Header.LENGTH);
        HandshakePayload request = HandshakePayload.parseRequest(responder.payload());
        VpnAddress peer = address(request, responder.peerStatic());
        int index = nextIndex++;
        var payload = HandshakePayload.response(
                identity.certificates().getFirst().handshakeEncoding(),
                1,
                request.initiatorIndex(),
                new TunnelIndex(index),
                internet.now(),
                0);
        IxResponder.Result result = responder.respond(staticKey.newEphemeral(random), payload.toBytes());
        int remote = request.initiatorIndex().value();
        var session = new Session(
                peer,
                index,
                remote,
                result.keys().sealer(TransportCipherFactory.JCE),
                result.keys().opener(TransportCipherFactory.JCE));
        byte[] stage2 = packet(new Header(PacketType.HANDSHAKE, remote, 2), result.message());
        session.remote = from;
        if (hop != null) {
            session.hops.add(hop);
        }
        install(session);
        answers.put(ByteBuffer.wrap(stage1), stage2);
        reply(from, hop, stage2);
    }

    private void reply(@Nullable UnderlayEndpoint from, @Nullable Hop hop, byte[] packet) {
        if (from != null) {
            internet.send(this, from, packet);
        } else if (hop != null) {
            hop.tunnel().wrap(hop.remote(), packet);
        }
    }

    private void finish(@Nullable UnderlayEndpoint from, byte[] stage2) throws MalformedException {
        int index = Header.remoteIndex(stage2, 0);
        IxInitiator initiator = begun.remove(index);
        if (initiator == null) {
            return;
        }
        IxInitiator.Result result = initiator.read(stage2, Header.LENGTH, stage2.length - Header.LENGTH);
        HandshakePayload response = HandshakePayload.parseResponse(result.payload());
        var session = new Session(
                address(response, result.peerStatic()),
                index,
                response.responderIndex().value(),
                result.keys().sealer(TransportCipherFactory.JCE),
                result.keys().opener(TransportCipherFactory.JCE));
        session.remote = from;
        install(session);
        update(session);
    }

    private static VpnAddress address(HandshakePayload payload, byte[] key) throws MalformedException {
        Certificate certificate =
                Certificate.fromHandshake(Credentials.version(payload), payload.certificate(), key, Curve.CURVE25519);
        return certificate.networks().getFirst().address();
    }

    private void install(Session session) {
        byIndex.put(session.local, session);
        sessions.computeIfAbsent(session.peer, peer -> new ArrayList<>()).addFirst(session);
    }

    private void update(Session lighthouse) {
        if (byIndex.get(lighthouse.local) != lighthouse) {
            return;
        }
        var update = new HostUpdate(Optional.of(address()), List.of(endpoint), relays);
        lighthouse.send(PacketType.LIGHTHOUSE, update.encode(AddressForm.V1));
        internet.at(internet.now() + UPDATE_INTERVAL, () -> update(lighthouse));
    }

    private void frame(@Nullable UnderlayEndpoint from, byte[] frame) throws MalformedException {
        Hop hop = hops.get(Header.remoteIndex(frame, 0));
        if (hop == null || from == null) {
            return;
        }
        byte[] inner = hop.tunnel().open(frame, frame.length - TransportCipher.TAG_LENGTH);
        if (inner != null) {
            hop.tunnel().roam(from);
            packet(null, hop, inner);
        }
    }

    private void dispatch(Session session, PacketType type, byte[] text) throws MalformedException {
        switch (type) {
            case DATA ->
                heard.add(new SimulatedHost.Heard(
                        session.peer, new String(text, StandardCharsets.UTF_8), internet.now()));
            case TEST_REQUEST -> session.send(PacketType.TEST_REPLY, text);
            case CLOSE_TUNNEL -> close(session);
            case LIGHTHOUSE -> {
                if (LighthouseMessage.parse(text, 0, text.length).message() instanceof HostPunch punch) {
                    internet.at(
                            internet.now() + PUNCH_DELAY,
                            () -> punch.endpoints().forEach(to -> internet.send(this, to, new byte[1])));
                }
            }
            case CONTROL -> {
                if (RelayMessage.parse(text, 0, text.length).message() instanceof CreateRelayRequest request) {
                    relay(session, request);
                }
            }
            case TEST_REPLY, HANDSHAKE, RECV_ERROR, RELAYED, INVALID -> {}
        }
    }

    private void relay(Session tunnel, CreateRelayRequest request) {
        var hop = new Hop(
                tunnel, request.from(), nextIndex++, request.initiatorIndex().value());
        hops.put(hop.local(), hop);
        var response = new CreateRelayResponse(
                request.initiatorIndex(), new RelayIndex(hop.local()), request.to(), request.from());
        tunnel.send(PacketType.CONTROL, response.encode(AddressForm.V1));
    }

    private void close(Session closed) {
        byIndex.remove(closed.local);
        hops.values().removeIf(hop -> hop.tunnel() == closed);
        sessions.values().forEach(all -> {
            all.remove(closed);
            all.forEach(session -> session.hops.removeIf(hop -> hop.tunnel() == closed));
        });
    }

    private static byte[] packet(Header header, byte[] body) {
        byte[] packet = new byte[Header.LENGTH + body.length];
        header.write(packet, 0);
        System.arraycopy(body, 0, packet, Header.LENGTH, body.length);
        return packet;
    }
}

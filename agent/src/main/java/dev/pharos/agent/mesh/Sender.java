package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;

/** Seals what the mesh itself sends and puts it onto a path, which may lead through a relay. */
final class Sender {
    private static final int OVERHEAD = Header.LENGTH + TransportCipher.TAG_LENGTH;

    private final Context context;
    private final Loops loops;

    Sender(Context context, Loops loops) {
        this.context = context;
        this.loops = loops;
    }

    /** Over the tunnel's current path. */
    void send(long now, Tunnel tunnel, PacketType type, byte[] payload, Answer answer) {
        send(now, tunnel, type, payload, 0, payload.length, answer);
    }

    /** Over the tunnel's current path. */
    void send(long now, Tunnel tunnel, PacketType type, byte[] buffer, int offset, int length, Answer answer) {
        sendBy(now, tunnel.path(), tunnel, type, buffer, offset, length, answer);
    }

    /** Over a path of choice, as a probe. */
    void sendBy(long now, Path path, Tunnel tunnel, PacketType type, byte[] payload) {
        sendBy(now, path, tunnel, type, payload, 0, payload.length, Answer.NONE);
    }

    private void sendBy(
            long now, Path path, Tunnel tunnel, PacketType type, byte[] buffer, int offset, int length, Answer answer) {
        if (tunnel.owner() != Loops.MESH) {
            context.counters().sent(type);
            loops.seal(tunnel, path, type, answer, buffer, offset, length);
            return;
        }
        byte[] packet = seal(tunnel, type, buffer, offset, length);
        switch (answer) {
            case EXPECTED -> tunnel.sent(now, packet.length);
            case NONE -> tunnel.mentioned(now, packet.length);
        }
        transmit(now, path, packet, 0, packet.length);
    }

    /** A whole packet, such as a handshake message, straight or inside a relay frame. */
    void transmit(long now, Path path, byte[] packet, int offset, int length) {
        context.counters().sent(Header.type(packet, offset));
        switch (path) {
            case Path.Direct direct -> context.output().transmit(direct.endpoint(), packet, offset, length);
            case Path.Relayed relayed -> wrap(now, relayed.relay(), relayed.remoteIndex(), packet, offset, length);
        }
    }

    /** Puts a whole packet into a relay frame; a relay is only ever reached directly. */
    void wrap(long now, Tunnel relay, int remoteIndex, byte[] packet, int offset, int length) {
        if (!relay.isOpen() || !(relay.path() instanceof Path.Direct(UnderlayEndpoint endpoint))) {
            return;
        }
        if (relay.owner() != Loops.MESH) {
            loops.frame(relay, remoteIndex, packet, offset, length);
            return;
        }
        byte[] frame = new byte[length + OVERHEAD];
        long counter = relay.nextCounter();
        Header.write(frame, 0, PacketType.RELAYED, remoteIndex, counter);
        System.arraycopy(packet, offset, frame, Header.LENGTH, length);
        int authenticated = Header.LENGTH + length;
        relay.sendCipher().seal(counter, frame, 0, authenticated, authenticated, 0);
        relay.sent(now, frame.length);
        context.output().transmit(endpoint, frame, 0, frame.length);
    }

    /** One byte that opens and keeps open the NATs on the way; peers ignore it. */
    void punch(UnderlayEndpoint endpoint, byte content) {
        context.output().transmit(endpoint, new byte[] {content}, 0, 1);
    }

    private static byte[] seal(Tunnel tunnel, PacketType type, byte[] buffer, int offset, int length) {
        byte[] packet = new byte[length + OVERHEAD];
        long counter = tunnel.nextCounter();
        Header.write(packet, 0, type, tunnel.remoteIndex(), counter);
        System.arraycopy(buffer, offset, packet, Header.LENGTH, length);
        tunnel.sendCipher().seal(counter, packet, 0, Header.LENGTH, Header.LENGTH, length);
        return packet;
    }
}

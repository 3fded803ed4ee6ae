package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One mesh on its own: packets go in by hand, what it sends is kept, time stands still unless told otherwise. */
final class Bench implements MeshOutput {
    private final List<byte[]> sent = new ArrayList<>();
    private final List<byte[]> delivered = new ArrayList<>();
    private final List<MeshEvent> events = new ArrayList<>();
    private final Mesh mesh;
    private long now = Times.seconds(100);

    Bench(MeshSettings settings) {
        mesh = new Mesh(settings, this, new Random(3), TransportCipherFactory.JCE, now, Authority.NOW);
        mesh.start(now);
    }

    Mesh mesh() {
        return mesh;
    }

    List<byte[]> delivered() {
        return delivered;
    }

    List<MeshEvent> events() {
        return events;
    }

    void receive(UnderlayEndpoint from, byte[] datagram) {
        mesh.datagram(now, from, datagram.clone(), 0, datagram.length);
    }

    /** Sends something to this address as the byte path would. */
    void say(VpnAddress to, byte... packet) {
        Tunnel tunnel = mesh.tunnelTo(to);
        if (tunnel == null) {
            mesh.outbound(now, to, packet, 0, packet.length);
        } else {
            mesh.send(now, tunnel, packet, 0, packet.length);
        }
    }

    void run(Duration time) {
        long end = now + time.toNanos();
        while (mesh.nextDeadline() <= end) {
            now = Math.max(now, mesh.nextDeadline());
            mesh.advance(now);
        }
        now = end;
    }

    void close() {
        mesh.close(now);
    }

    /** All that was sent but handshakes, in order. */
    List<byte[]> sealed() {
        return sent.stream()
                .filter(packet -> packet.length >= Header.LENGTH && Header.type(packet, 0) != PacketType.HANDSHAKE)
                .toList();
    }

    /** Takes what was sent of this type since it was last asked for. */
    List<byte[]> take(PacketType type) {
        List<byte[]> taken = sent.stream()
                .filter(packet -> packet.length >= Header.LENGTH && Header.type(packet, 0) == type)
                .toList();
        sent.removeAll(taken);
        return taken;
    }

    @Override
    public void transmit(UnderlayEndpoint to, byte[] buffer, int offset, int length) {
        sent.add(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void deliver(Tunnel from, byte[] buffer, int offset, int length) {
        delivered.add(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void release(Tunnel to, byte[] buffer, int offset, int length) {
        mesh.send(now, to, buffer, offset, length);
    }

    @Override
    public void opened(Tunnel tunnel) {}

    @Override
    public void closed(Tunnel tunnel) {}

    @Override
    public void pong(VpnAddress peer, long number, long roundTripNanos) {}

    @Override
    public void event(MeshEvent event) {
        events.add(event);
    }
}

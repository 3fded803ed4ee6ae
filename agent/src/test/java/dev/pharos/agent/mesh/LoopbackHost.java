package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mesh on a real socket of the loopback interface; {@link #pump} is its event loop. */
final class LoopbackHost implements MeshOutput, AutoCloseable {
    private final DatagramChannel channel;
    private final Mesh mesh;
    private final VpnAddress address;
    private final Set<UnderlayEndpoint> unreachable = new HashSet<>();
    private final List<byte[]> delivered = new ArrayList<>();
    private final List<MeshEvent> events = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(9001);

    LoopbackHost(MeshSettings settings, int port) throws IOException {
        channel = DatagramChannel.open();
        channel.bind(endpoint(port).toSocketAddress());
        channel.configureBlocking(false);
        address = settings.identity().address();
        mesh = new Mesh(
                settings.withUnderlay(settings.underlay().withListenPort(port)),
                this,
                new Random(port),
                TransportCipherFactory.JCE,
                System.nanoTime(),
                Instant.now());
        mesh.start(System.nanoTime());
    }

    static UnderlayEndpoint endpoint(int port) {
        return UnderlayEndpoint.ofV4(0x7f000001, port);
    }

    Mesh mesh() {
        return mesh;
    }

    VpnAddress address() {
        return address;
    }

    List<byte[]> delivered() {
        return delivered;
    }

    List<MeshEvent> events() {
        return events;
    }

    /** Nothing gets there from now on, and nothing comes from there. */
    void cut(UnderlayEndpoint endpoint) {
        unreachable.add(endpoint);
    }

    void mend(UnderlayEndpoint endpoint) {
        unreachable.remove(endpoint);
    }

    void send(VpnAddress to, byte[] packet) {
        Tunnel tunnel = mesh.tunnelTo(to);
        if (tunnel == null) {
            mesh.outbound(System.nanoTime(), to, packet, 0, packet.length);
        } else {
            mesh.send(System.nanoTime(), tunnel, packet, 0, packet.length);
        }
    }

    /** Takes in what has arrived and does what is due. */
    void pump() throws IOException {
        while (receive()) {
            // until the socket is empty
        }
        mesh.advance(System.nanoTime());
    }

    private boolean receive() throws IOException {
        buffer.clear();
        @Nullable InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
        if (from == null) {
            return false;
        }
        UnderlayEndpoint source = UnderlayEndpoint.of(from.getAddress().getAddress(), from.getPort());
        if (!unreachable.contains(source)) {
            mesh.datagram(System.nanoTime(), source, buffer.array(), 0, buffer.position());
        }
        return true;
    }

    @Override
    public void transmit(UnderlayEndpoint to, byte[] bytes, int offset, int length) {
        boolean routable = to.isV4() && to.v4() >>> 24 == 127;
        if (!routable || unreachable.contains(to)) {
            return;
        }
        try {
            channel.send(ByteBuffer.wrap(bytes, offset, length), to.toSocketAddress());
        } catch (IOException e) {
            throw new IllegalStateException("cannot send to " + to, e);
        }
    }

    @Override
    public void deliver(Tunnel from, byte[] bytes, int offset, int length) {
        byte[] packet = new byte[length];
        System.arraycopy(bytes, offset, packet, 0, length);
        delivered.add(packet);
    }

    @Override
    public void release(Tunnel to, byte[] bytes, int offset, int length) {
        mesh.send(System.nanoTime(), to, bytes, offset, length);
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

    @Override
    public void close() throws IOException {
        mesh.close(System.nanoTime());
        channel.close();
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.TransportCipherFactory;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A mesh with as many live tunnels as asked for, each to a peer of its own that shook hands and was heard. */
public final class ManyTunnels implements MeshOutput {
    /** The overlay address of the mesh's host; those of its peers follow. */
    public static final VpnAddress HERE = VpnAddress.ofV4(0x0a00_0001);

    /** Of all peers' endpoints. */
    public static final int PORT = 4242;

    private static final int PREFIX = 8;

    /** Keeps handshakes below the rate at which strangers are admitted. */
    private static final long PAUSE = Times.millis(10);

    private final Authority authority = new Authority(new Random(11));
    private final Mesh mesh;
    private final List<Tunnel> tunnels = new ArrayList<>();
    private byte[] sent = {};
    private long now = Times.seconds(100);

    public ManyTunnels(TransportCipherFactory ciphers) {
        Identity identity = authority.identity("here", new VpnPrefix(HERE, PREFIX), CertificateVersion.V1);
        MeshSettings settings = MeshSettings.of(identity, MeshSettings.Discovery.lighthouse());
        mesh = new Mesh(settings, this, new Random(3), ciphers, now, Authority.NOW);
        mesh.start(now);
    }

    /** Opens another tunnel. */
    public void open() {
        int number = tunnels.size() + 1;
        VpnAddress address = VpnAddress.ofV4(HERE.v4() + number);
        var peer = new StockPeer(authority, "peer" + number, new VpnPrefix(address, PREFIX));
        UnderlayEndpoint endpoint = UnderlayEndpoint.ofV4(0x0b00_0000 + number, PORT);
        now += PAUSE;
        receive(endpoint, peer.stage1());
        try {
            peer.finish(sent);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        receive(endpoint, peer.seal(PacketType.DATA, Echo.request(address, HERE, 1)));
        Tunnel tunnel = mesh.tunnelTo(address);
        if (tunnel == null) {
            throw new AssertionError("no tunnel to " + address);
        }
        tunnels.add(tunnel);
    }

    private void receive(UnderlayEndpoint from, byte[] datagram) {
        mesh.datagram(now, from, datagram, 0, datagram.length);
    }

    public Mesh mesh() {
        return mesh;
    }

    /** In the order in which they were opened. */
    public List<Tunnel> tunnels() {
        return tunnels;
    }

    /** The time at which the last one was heard. */
    public long now() {
        return now;
    }

    @Override
    public void transmit(UnderlayEndpoint to, byte[] buffer, int offset, int length) {
        sent = Arrays.copyOfRange(buffer, offset, offset + length);
    }

    @Override
    public void deliver(Tunnel from, byte[] buffer, int offset, int length) {}

    @Override
    public void release(Tunnel to, byte[] buffer, int offset, int length) {}

    @Override
    public void opened(Tunnel tunnel) {}

    @Override
    public void closed(Tunnel tunnel) {
        throw new AssertionError("closed: " + tunnel);
    }

    @Override
    public void pong(VpnAddress peer, long number, long roundTripNanos) {}

    @Override
    public void event(MeshEvent event) {}
}

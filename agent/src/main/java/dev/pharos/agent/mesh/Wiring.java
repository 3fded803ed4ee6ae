package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The parts of this package wired together: who is made of whom, who is told of tunnels, and which part asks which other
 * one for what. It decides nothing but the latter.
 */
final class Wiring
        implements Handshakes.Finder,
                Handshakes.Readmission,
                Relays.Consumer,
                Lighthouses.Consumer,
                PathSearch.Surroundings,
                Liveness.Surroundings,
                Tunnel.Watcher {
    final Context context;
    final PeerTable peers;
    final TunnelTable table = new TunnelTable();
    final Sender sender;
    final OwnEndpoints ownEndpoints;
    final Tunnels tunnels;
    final Handshakes handshakes;
    final Relays relays;
    final Lighthouses lighthouses;
    final LighthouseServer lighthouseServer;
    final Prober prober;
    final PathSearch search;
    final PathSwitch paths;
    final Liveness liveness;
    final Upkeep upkeep;
    final Reception reception;
    final Reunion reunion;
    final MeshConsole console;
    private final Roaming roaming;
    private final Punching punching;
    private final Admission admission = new Admission();

    Wiring(Context context, Loops loops, RandomGenerator random, TransportCipherFactory ciphers) {
        this.context = context;
        peers = new PeerTable(context);
        sender = new Sender(context, loops);
        ownEndpoints = new OwnEndpoints(context);
        var owners = new Owners(loops, random);
        tunnels = new Tunnels(context, peers, table, sender, owners, this);
        handshakes = new Handshakes(context, table, tunnels, sender, owners, ciphers, this, this);
        relays = new Relays(context, peers, new RelayHops(context, table, sender, owners), handshakes::start, this);
        lighthouses = new Lighthouses(context, peers, sender, ownEndpoints, handshakes::start, this);
        punching = new Punching(context, sender, handshakes::start);
        var sizes = new PathSizes(context, sender);
        prober = new Prober(context, sender, ownEndpoints);
        search = new PathSearch(prober, this);
        paths = new PathSwitch(context, prober, search);
        liveness = new Liveness(context, tunnels, prober, search, paths, sizes, this);
        roaming = new Roaming(context, tunnels, handshakes, paths, liveness);
        var tests = new TestPackets(context, peers, sender, sizes, ownEndpoints, prober, search, paths, liveness);
        var promoter = new Promoter(context, prober, this);
        upkeep = new Upkeep(context, peers, tunnels, sender, prober, search, promoter, lighthouses, handshakes::start);
        reunion = new Reunion(context, handshakes::start);
        lighthouseServer = new LighthouseServer(context, peers, sender);
        var responder = new HandshakeResponder(context, peers, table, tunnels, sender, owners, ciphers, admission);
        reception = new Reception(
                context,
                table,
                tunnels,
                sender,
                handshakes,
                responder,
                lighthouses,
                lighthouseServer,
                relays,
                prober,
                tests,
                liveness,
                loops);
        tunnels.listen(admission);
        console = new MeshConsole(context, peers, tunnels, table, handshakes, lighthouses, paths);
        tunnels.listen(paths);
        tunnels.listen(lighthouses);
        tunnels.listen(relays);
        tunnels.listen(lighthouseServer);
    }

    @Override
    public void sending(Tunnel tunnel, long now) {
        search.resume(now, tunnel);
        liveness.watch(now, tunnel);
    }

    @Override
    public void heardElsewhere(Tunnel tunnel, long now, Path from) {
        roaming.heard(now, tunnel, from);
    }

    @Override
    public void find(long now, Peer peer, int attempt) {
        if (attempt == 1 || peer.remotes.isEmpty() || attempt % 4 == 0) {
            lighthouses.find(now, peer);
        }
        relays.prepare(now, peer);
    }

    @Override
    public void receive(long now, Arrival arrival, byte[] packet) {
        reception.packet(now, arrival, packet, 0, packet.length);
    }

    @Override
    public void relayReady(long now, Peer peer, PathState path) {
        handshakes.relayReady(now, peer, path);
    }

    @Override
    public void relayLost(long now, Peer peer) {
        Tunnel tunnel = peer.primary();
        if (tunnel == null) {
            return;
        }
        boolean wasInUse =
                tunnel.path() instanceof Path.Relayed used && !used.relay().isOpen();
        paths.choose(now, tunnel);
        if (wasInUse && !tunnel.understandsProbes()) {
            // It moves to another relay only by a new handshake.
            liveness.rehandshake(now, peer);
        }
    }

    @Override
    public void located(long now, Peer peer) {
        relays.prepare(now, peer);
        handshakes.remotesChanged(now, peer);
        search.located(now, peer);
    }

    @Override
    public void punch(long now, Peer requester, List<UnderlayEndpoint> endpoints) {
        admission.expect(endpoints);
        punching.punch(now, requester, endpoints);
        search.located(now, requester);
    }

    @Override
    public List<UnderlayEndpoint> endpoints(Peer peer) {
        return handshakes.endpoints(peer);
    }

    @Override
    public void find(long now, Peer peer) {
        lighthouses.find(now, peer);
    }

    @Override
    public void watch(long now, Tunnel tunnel) {
        liveness.watch(now, tunnel);
    }

    @Override
    public void startHandshake(long now, Peer peer) {
        handshakes.start(now, peer);
    }

    @Override
    public void renewRelay(long now, Peer peer, PathState path) {
        relays.renew(now, peer, path);
    }
}

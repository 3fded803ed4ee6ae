package dev.pharos.agent.node;

import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.MeshEvent;

/** Writes what happens in the mesh as events with fields. */
final class EventWriter {
    private final EventLog log;

    EventWriter(EventLog log) {
        this.log = log;
    }

    void write(MeshEvent event) {
        switch (event) {
            case MeshEvent.TunnelOpened(var peer, var address, var path, long millis) ->
                log.info("tunnel opened", "peer", peer, "address", address, "path", path, "millis", millis);
            case MeshEvent.TunnelClosed(var peer, var address, var reason) ->
                log.info("tunnel closed", "peer", peer, "address", address, "why", reason.text());
            case MeshEvent.PathChanged(var peer, var address, var before, var after) ->
                log.info("path changed", "peer", peer, "address", address, "before", before, "after", after);
            case MeshEvent.PathSizeChanged(var peer, var address, var path, int largest) ->
                log.info(
                        largest == Integer.MAX_VALUE ? "path carries large packets again" : "path loses large packets",
                        "peer",
                        peer,
                        "address",
                        address,
                        "path",
                        path,
                        "largest",
                        largest == Integer.MAX_VALUE ? "any" : largest);
            case MeshEvent.HandshakeTimedOut(var address, int attempts) ->
                log.info("handshake timed out", "address", address, "attempts", attempts);
            case MeshEvent.HandshakeRefused(var where, var reason) ->
                log.info("handshake refused", "from", where, "why", reason);
            case MeshEvent.LimitHit(var limit, var from, long times) ->
                log.info("limit hit", "limit", limit, "times", times, "from", from);
        }
    }
}

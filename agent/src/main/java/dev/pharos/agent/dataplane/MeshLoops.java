package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.Answer;
import dev.pharos.agent.mesh.Arrival;
import dev.pharos.agent.mesh.Loops;
import dev.pharos.agent.mesh.Path;
import dev.pharos.agent.mesh.Tunnel;
import dev.pharos.protocol.wire.PacketType;
import java.util.List;

/** The event loops as the mesh asks them: by the ways that lead from its own. */
record MeshLoops(List<Crossings> all) implements Loops {
    @Override
    public int count() {
        return all.size();
    }

    @Override
    public void seal(Tunnel tunnel, Path path, PacketType type, Answer answer, byte[] text, int offset, int length) {
        all.getFirst().seal(tunnel, path, type, answer, text, offset, length);
    }

    @Override
    public void frame(Tunnel relay, int remoteIndex, byte[] packet, int offset, int length) {
        all.getFirst().frame(relay, remoteIndex, packet, offset, length);
    }

    @Override
    public void open(Tunnel tunnel, Arrival arrival, byte[] packet, int offset, int length) {
        all.getFirst().arrived(tunnel, arrival, packet, offset, length);
    }

    @Override
    public Tunnel.Watcher watcher(int owner, Tunnel.Watcher mesh) {
        return owner == MESH ? mesh : all.get(owner);
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.protocol.wire.PacketType;

/**
 * The event loops, as the mesh sees them. Every tunnel has one owner among them, which alone seals, opens, counts and checks
 * replay; the mesh runs on loop 0 and asks the owners of all other tunnels for what it wants of them. Whatever is asked may
 * be lost, as a datagram may.
 */
public interface Loops {
    /** The loop that the mesh runs on. */
    int MESH = 0;

    /** That of the mesh alone: it owns every tunnel and is never asked. */
    Loops ONE = new Loops() {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public void seal(
                Tunnel tunnel, Path path, PacketType type, Answer answer, byte[] text, int offset, int length) {
            throw alone();
        }

        @Override
        public void frame(Tunnel relay, int remoteIndex, byte[] packet, int offset, int length) {
            throw alone();
        }

        @Override
        public void open(Tunnel tunnel, Arrival arrival, byte[] packet, int offset, int length) {
            throw alone();
        }

        @Override
        public Tunnel.Watcher watcher(int owner, Tunnel.Watcher mesh) {
            return mesh;
        }

        private IllegalStateException alone() {
            return new IllegalStateException("there is no other loop");
        }
    };

    /** How many there are. */
    int count();

    /** Has the tunnel's owner seal a packet of the mesh, and send it over that path. */
    void seal(Tunnel tunnel, Path path, PacketType type, Answer answer, byte[] text, int offset, int length);

    /** Has the owner of a relay's tunnel put a whole packet into a frame, and send it. */
    void frame(Tunnel relay, int remoteIndex, byte[] packet, int offset, int length);

    /** Has the tunnel's owner take in a packet that reached the mesh. */
    void open(Tunnel tunnel, Arrival arrival, byte[] packet, int offset, int length);

    /** Whom a tunnel of that owner tells, on the owner's thread: in the end the mesh, on loop 0. */
    Tunnel.Watcher watcher(int owner, Tunnel.Watcher mesh);
}

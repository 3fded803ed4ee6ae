package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;

/** How a packet came to us. */
public sealed interface Arrival {

    record Direct(UnderlayEndpoint from) implements Arrival {
        @Override
        public Path path() {
            return new Path.Direct(from);
        }

        @Override
        public String toString() {
            return from.toString();
        }
    }

    /** Inside a relay frame for this entry, which is a terminal one. */
    record Relayed(RelayEntry entry) implements Arrival {
        @Override
        public Path path() {
            return new Path.Relayed(entry.tunnel(), entry.remoteIndex());
        }

        @Override
        public String toString() {
            return "relay " + entry.tunnel().peerName();
        }
    }

    /** The way back. */
    Path path();
}

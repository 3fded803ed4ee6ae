package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;

/** One way to reach a peer: a value, compared by what it is; evidence about it is kept in {@link PathState}. */
public sealed interface Path {

    /** Straight to a UDP address of the peer. */
    record Direct(UnderlayEndpoint endpoint) implements Path {
        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    /**
     * Inside relay frames over our tunnel to the relay (facts, nebula-protocol 11).
     *
     * @param relay our tunnel to the relay
     * @param remoteIndex the relay's index for this hop, RemoteIndex of the frames that we send
     */
    record Relayed(Tunnel relay, int remoteIndex) implements Path {
        @Override
        public String toString() {
            return "relay " + relay.peerName();
        }
    }
}

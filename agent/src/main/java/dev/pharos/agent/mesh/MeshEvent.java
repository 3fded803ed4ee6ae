package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;

/** What happened, for the log; each prints as one line. */
public sealed interface MeshEvent {

    record TunnelOpened(String peer, VpnAddress address, String path, long millis) implements MeshEvent {
        @Override
        public String toString() {
            return "tunnel to " + peer + " (" + address + ") by " + path + " after " + millis + " ms";
        }
    }

    record TunnelClosed(String peer, VpnAddress address, CloseReason reason) implements MeshEvent {
        @Override
        public String toString() {
            return "tunnel to " + peer + " (" + address + ") closed: " + reason.text();
        }
    }

    record PathChanged(String peer, VpnAddress address, String before, String after) implements MeshEvent {
        @Override
        public String toString() {
            return peer + " (" + address + ") is now reached by " + after + ", before by " + before;
        }
    }

    /**
     * A path was found to lose large packets, or not to lose them any more.
     *
     * @param largest bytes of the largest inner packet that passes, {@link Integer#MAX_VALUE} for any
     */
    record PathSizeChanged(String peer, VpnAddress address, String path, int largest) implements MeshEvent {
        @Override
        public String toString() {
            return path + " to " + peer + " (" + address + ") carries packets of "
                    + (largest == Integer.MAX_VALUE ? "any size" : "at most " + largest + " bytes");
        }
    }

    record HandshakeTimedOut(VpnAddress address, int attempts) implements MeshEvent {
        @Override
        public String toString() {
            return "no answer from " + address + " to " + attempts + " handshakes";
        }
    }

    /**
     * Someone's handshake message was not accepted.
     *
     * @param where the endpoint or relay that it came by
     */
    record HandshakeRefused(String where, String reason) implements MeshEvent {
        @Override
        public String toString() {
            return "handshake by " + where + " refused: " + reason;
        }
    }

    /**
     * A bound on what others may cost us was hit; told at most every ten seconds for each bound.
     *
     * @param from who or what it was lately
     * @param times since it was last told
     */
    record LimitHit(String limit, String from, long times) implements MeshEvent {
        @Override
        public String toString() {
            return "too many " + limit + ", " + times + " more, lately " + from;
        }
    }

    /** Why a tunnel ended. */
    enum CloseReason {
        PEER_CLOSED("the peer closed it"),
        DEAD("the peer does not answer"),
        REPLACED("a newer one took over"),
        CERTIFICATE("the peer's certificate is blocked, expired or no longer trusted"),
        WRONG_PEER("another host answered than the one asked for"),
        INACTIVE("nothing was sent for a long time"),
        USED_UP("its counter ran out"),
        BY_HAND("somebody closed it on the console"),
        SHUTDOWN("this host is shutting down");

        private final String text;

        CloseReason(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}

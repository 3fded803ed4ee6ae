package dev.pharos.agent.dataplane;

import dev.pharos.agent.mesh.Tunnel;

/**
 * The firewall as the byte path sees it; called on the loop's thread alone. A large packet is judged once for all the
 * packets it stands for: then only its headers are shown.
 */
public interface PacketFilter {
    /** Lets everything pass. */
    PacketFilter OPEN = new PacketFilter() {
        @Override
        public boolean allowsOut(Tunnel to, byte[] packet, int offset, int length, long now) {
            return true;
        }

        @Override
        public boolean allowsIn(Tunnel from, byte[] packet, int offset, int length, long now) {
            return true;
        }
    };

    /** Whether an IP packet may go into the tunnel. */
    boolean allowsOut(Tunnel to, byte[] packet, int offset, int length, long now);

    /** Whether an IP packet that came out of the tunnel may go on to the device. */
    boolean allowsIn(Tunnel from, byte[] packet, int offset, int length, long now);

    /** Whether this host is to be told that its packet, the one last judged, was refused. */
    default boolean tellsHost() {
        return false;
    }

    /** Whether this host is to be told that there is no way to where its packet wanted to go. */
    default boolean tellsHostOfNoRoute() {
        return false;
    }

    /** Whether the peer is to be told that its packet, the one last judged, was refused. */
    default boolean tellsPeer() {
        return false;
    }

    /** No packet of this tunnel will be judged any more. */
    default void closed(Tunnel tunnel) {}
}

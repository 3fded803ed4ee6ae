package dev.pharos.agent.dataplane;

/** Why something crosses from one event loop to another. */
enum Errand {
    /** A packet as the TUN device hands it over: for the owner of its tunnel, or for the mesh when it has none. */
    DEVICE_PACKET,
    /** An IP packet that had waited for the tunnel. */
    WAITED,
    /** What the mesh wants sealed with the tunnel's keys. */
    MESH_TEXT,
    /** A packet to be put into a frame of the tunnel, which is that of a relay. */
    FRAME,
    /** A packet of Nebula's, as it arrived. */
    ARRIVED,
    /** The text of one that is the mesh's, opened by the tunnel's owner. */
    OPENED,
    /** The tunnel sends, and nobody watches it yet. */
    SENDING,
    /** The tunnel was heard by another path than its own. */
    HEARD_ELSEWHERE,
    /** A gateway that does not answer is wanted. */
    CALL
}

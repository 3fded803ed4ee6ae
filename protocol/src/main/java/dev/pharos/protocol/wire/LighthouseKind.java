package dev.pharos.protocol.wire;

/** Numbers of the lighthouse messages on the wire. */
final class LighthouseKind {
    static final int HOST_QUERY = 1;
    static final int HOST_QUERY_REPLY = 2;
    static final int HOST_UPDATE = 3;
    static final int HOST_PUNCH = 5;
    static final int UPDATE_ACK = 10;

    private LighthouseKind() {}
}

package dev.pharos.protocol.wire;

import java.util.Arrays;

/** The pairs of type and subtype that a packet can have (facts, nebula-protocol 1). */
public enum PacketType {
    /** Noise message, without outer encryption. */
    HANDSHAKE(0, 0),
    /** An IP packet of the overlay. */
    DATA(1, 0),
    /** A whole inner packet in clear, authenticated as additional data of an empty plaintext. */
    RELAYED(1, 1),
    /** "I do not know the index in this header": empty and unauthenticated, a hint and no more. */
    RECV_ERROR(2, 0),
    LIGHTHOUSE(3, 0),
    TEST_REQUEST(4, 0),
    TEST_REPLY(4, 1),
    CLOSE_TUNNEL(5, 0),
    /** Set-up of relays. */
    CONTROL(6, 0),
    /** Any other pair, or another version of the protocol: dropped before anything else is looked at. */
    INVALID(-1, -1);

    private static final int SUBTYPES = 2;
    private static final PacketType[] BY_PAIR = byPair();

    private final int type;
    private final int subtype;

    PacketType(int type, int subtype) {
        this.type = type;
        this.subtype = subtype;
    }

    int type() {
        return type;
    }

    int subtype() {
        return subtype;
    }

    static PacketType of(int type, int subtype) {
        int pair = type * SUBTYPES + subtype;
        return subtype < SUBTYPES && pair < BY_PAIR.length ? BY_PAIR[pair] : INVALID;
    }

    private static PacketType[] byPair() {
        PacketType[] table = new PacketType[7 * SUBTYPES];
        Arrays.fill(table, INVALID);
        for (PacketType value : values()) {
            if (value != INVALID) {
                table[value.type * SUBTYPES + value.subtype] = value;
            }
        }
        return table;
    }
}

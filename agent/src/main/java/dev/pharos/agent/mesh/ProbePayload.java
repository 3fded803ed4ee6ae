package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What Pharos hosts put into the payload of test packets, which stock nodes ignore (facts, nebula-protocol 20). Big
 * endian:
 *
 * <pre>
 *  0  magic 0x50685231
 *  4  kind: 1 ping, 2 pong, 3 announcement
 *  5  ping and pong: number (8)
 * 13  ping: urgency (1)
 * 13  pong: where the ping came from, high (8), low (8), port (2), all zero when it came through a relay
 *  5  announcement: count (1) and endpoints (18 each), count (1) and relays (16 each)
 * </pre>
 */
sealed interface ProbePayload {

    /** Why a ping is sent. */
    enum Urgency {
        ROUTINE(0),
        /** The sender hears nothing from us, although we may well hear it. */
        DEAF(1),
        /** The sender has left the address it had: this is where it is. */
        MOVED(2);

        private final byte code;

        Urgency(int code) {
            this.code = (byte) code;
        }

        /** A later version's urgency is routine to us. */
        static Urgency of(byte code) {
            return code == DEAF.code ? DEAF : code == MOVED.code ? MOVED : ROUTINE;
        }
    }

    /** Asks for a pong by the same path. */
    record Ping(long number, Urgency urgency) implements ProbePayload {
        @Override
        public byte[] toBytes() {
            return write(PING, 14, bytes -> bytes.putLong(number).put(urgency.code));
        }
    }

    /**
     * The answer to a ping.
     *
     * @param seenFrom our endpoint as the peer saw it; empty through a relay
     */
    record Pong(long number, Optional<UnderlayEndpoint> seenFrom) implements ProbePayload {
        @Override
        public byte[] toBytes() {
            return write(PONG, 31, bytes -> {
                bytes.putLong(number);
                put(bytes, seenFrom.orElse(NOWHERE));
            });
        }
    }

    /** Where the sender may be, and by which relays. */
    record Announcement(List<UnderlayEndpoint> endpoints, List<VpnAddress> relays) implements ProbePayload {
        public Announcement {
            endpoints = List.copyOf(endpoints.subList(0, Math.min(endpoints.size(), MAX_ENDPOINTS)));
            relays = List.copyOf(relays.subList(0, Math.min(relays.size(), MAX_RELAYS)));
        }

        @Override
        public byte[] toBytes() {
            return write(ANNOUNCEMENT, 7 + 18 * endpoints.size() + 16 * relays.size(), bytes -> {
                bytes.put((byte) endpoints.size());
                endpoints.forEach(endpoint -> put(bytes, endpoint));
                bytes.put((byte) relays.size());
                relays.forEach(relay -> bytes.putLong(relay.high()).putLong(relay.low()));
            });
        }
    }

    int MAX_ENDPOINTS = 20;
    int MAX_RELAYS = 10;

    int MAGIC = 0x50685231;
    byte PING = 1;
    byte PONG = 2;
    byte ANNOUNCEMENT = 3;
    UnderlayEndpoint NOWHERE = new UnderlayEndpoint(0, 0, 0);

    byte[] toBytes();

    /** Empty for anything that is not ours: test packets of stock nodes carry whatever they like. */
    static Optional<ProbePayload> parse(byte[] buffer, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
        try {
            if (bytes.getInt() != MAGIC) {
                return Optional.empty();
            }
            return switch (bytes.get()) {
                case PING -> Optional.of(new Ping(bytes.getLong(), Urgency.of(bytes.get())));
                case PONG -> Optional.of(new Pong(bytes.getLong(), somewhere(endpoint(bytes))));
                case ANNOUNCEMENT -> Optional.of(announcement(bytes));
                default -> Optional.empty();
            };
        } catch (BufferUnderflowException cutOff) {
            return Optional.empty();
        }
    }

    private static Optional<UnderlayEndpoint> somewhere(UnderlayEndpoint endpoint) {
        return endpoint.equals(NOWHERE) ? Optional.empty() : Optional.of(endpoint);
    }

    private static Announcement announcement(ByteBuffer bytes) {
        List<UnderlayEndpoint> endpoints = new ArrayList<>();
        for (int left = bytes.get() & 0xff; left > 0; left--) {
            endpoints.add(endpoint(bytes));
        }
        List<VpnAddress> relays = new ArrayList<>();
        for (int left = bytes.get() & 0xff; left > 0; left--) {
            relays.add(new VpnAddress(bytes.getLong(), bytes.getLong()));
        }
        return new Announcement(endpoints, relays);
    }

    private static UnderlayEndpoint endpoint(ByteBuffer bytes) {
        return new UnderlayEndpoint(bytes.getLong(), bytes.getLong(), bytes.getShort() & 0xffff);
    }

    private static void put(ByteBuffer bytes, UnderlayEndpoint endpoint) {
        bytes.putLong(endpoint.high()).putLong(endpoint.low()).putShort((short) endpoint.port());
    }

    private static byte[] write(byte kind, int length, Consumer<ByteBuffer> content) {
        byte[] payload = new byte[length];
        content.accept(ByteBuffer.wrap(payload).putInt(MAGIC).put(kind));
        return payload;
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.protocol.noise.ReplayTally;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.PacketType;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the mesh has sent and received since it began, for metrics; the byte path counts its own packets. */
public final class MeshCounters {
    /** Each an array of one, so that counting allocates nothing. */
    private final Map<PacketType, long[]> received = zeros();

    private final Map<PacketType, long[]> sent = zeros();
    private final Map<String, Long> lighthouseReceived = new LinkedHashMap<>();
    private final Map<String, Long> lighthouseSent = new LinkedHashMap<>();
    private final ReplayTally replays = new ReplayTally();
    private long punches;
    private long keepAlives;
    private long handshakesBegun;
    private long packetsReleased;
    private long packetsDropped;

    MeshCounters() {}

    private static Map<PacketType, long[]> zeros() {
        Map<PacketType, long[]> counts = new EnumMap<>(PacketType.class);
        for (PacketType type : PacketType.values()) {
            counts.put(type, new long[1]);
        }
        return counts;
    }

    private static void count(Map<PacketType, long[]> counts, PacketType type) {
        long[] count = counts.get(type);
        if (count != null) {
            count[0]++;
        }
    }

    private static Map<PacketType, Long> copy(Map<PacketType, long[]> counts) {
        Map<PacketType, Long> copy = new EnumMap<>(PacketType.class);
        counts.forEach((type, count) -> copy.put(type, count[0]));
        return copy;
    }

    void received(PacketType type) {
        count(received, type);
    }

    void sent(PacketType type) {
        count(sent, type);
    }

    void received(LighthouseMessage message) {
        lighthouseReceived.merge(name(message), 1L, Long::sum);
    }

    void sent(LighthouseMessage message) {
        lighthouseSent.merge(name(message), 1L, Long::sum);
    }

    /** Of the packets that the mesh opens itself. */
    ReplayTally replays() {
        return replays;
    }

    void punched() {
        punches++;
    }

    void keptAlive() {
        keepAlives++;
    }

    /** So many packets that had waited for a tunnel were sent. */
    void packetsReleased(int count) {
        packetsReleased += count;
    }

    void packetsDropped(int count) {
        packetsDropped += count;
    }

    void handshakeBegun() {
        handshakesBegun++;
    }

    /** The numbers now. */
    public Snapshot snapshot() {
        return new Snapshot(
                copy(received),
                copy(sent),
                Map.copyOf(lighthouseReceived),
                Map.copyOf(lighthouseSent),
                replays.counts(),
                punches,
                keepAlives,
                handshakesBegun,
                packetsReleased,
                packetsDropped);
    }

    /**
     * At one moment.
     *
     * @param lighthouseReceived by the name of the message in Nebula's schema
     */
    public record Snapshot(
            Map<PacketType, Long> received,
            Map<PacketType, Long> sent,
            Map<String, Long> lighthouseReceived,
            Map<String, Long> lighthouseSent,
            ReplayTally.Counts replays,
            long punches,
            long keepAlives,
            long handshakesBegun,
            long packetsReleased,
            long packetsDropped) {}

    private static String name(LighthouseMessage message) {
        return switch (message) {
            case LighthouseMessage.HostQuery _ -> "HostQuery";
            case LighthouseMessage.HostQueryReply _ -> "HostQueryReply";
            case LighthouseMessage.HostUpdate _ -> "HostUpdateNotification";
            case LighthouseMessage.HostPunch _ -> "HostPunchNotification";
            case LighthouseMessage.UpdateAck _ -> "HostUpdateNotificationAck";
            case LighthouseMessage.Unknown _ -> "other";
        };
    }
}

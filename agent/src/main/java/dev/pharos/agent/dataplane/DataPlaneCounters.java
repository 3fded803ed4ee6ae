package dev.pharos.agent.dataplane;

import dev.pharos.protocol.noise.ReplayTally;

/**
 * What a data plane has done since it started.
 *
 * @param packetsOut IP packets sealed
 * @param bytesOut underlay bytes sent
 * @param trainsOut messages they were handed to the kernel in
 * @param datagramsOut datagrams sent
 * @param packetsIn authentic IP packets from peers
 * @param bytesIn underlay bytes received
 * @param messagesIn messages they were handed over in
 * @param datagramsIn datagrams received
 * @param deviceReads packets from the device, large ones counted once
 * @param deviceWrites packets to the device, large ones counted once
 * @param refusedOut by the filter or for want of a route, large ones counted once
 * @param refusedIn by the filter
 * @param forwarded packets of others, passed on as their relay
 * @param crossed packets and requests handed from one event loop to another
 * @param replays what the replay windows found; what they refused is part of {@code lost}
 * @param noRoom what found the way to another event loop full; part of {@code lost}
 * @param lost what could not be sent, written or handed over, was malformed, forged or a replay
 */
public record DataPlaneCounters(
        long packetsOut,
        long bytesOut,
        long trainsOut,
        long datagramsOut,
        long packetsIn,
        long bytesIn,
        long messagesIn,
        long datagramsIn,
        long deviceReads,
        long deviceWrites,
        long refusedOut,
        long refusedIn,
        long forwarded,
        long crossed,
        ReplayTally.Counts replays,
        long noRoom,
        long lost) {
    /** Those of two loops. */
    DataPlaneCounters plus(DataPlaneCounters other) {
        return new DataPlaneCounters(
                packetsOut + other.packetsOut,
                bytesOut + other.bytesOut,
                trainsOut + other.trainsOut,
                datagramsOut + other.datagramsOut,
                packetsIn + other.packetsIn,
                bytesIn + other.bytesIn,
                messagesIn + other.messagesIn,
                datagramsIn + other.datagramsIn,
                deviceReads + other.deviceReads,
                deviceWrites + other.deviceWrites,
                refusedOut + other.refusedOut,
                refusedIn + other.refusedIn,
                forwarded + other.forwarded,
                crossed + other.crossed,
                replays.plus(other.replays),
                noRoom + other.noRoom,
                lost + other.lost);
    }
}

package dev.pharos.agent.dataplane;

import dev.pharos.protocol.noise.ReplayTally;

/** What one loop has done since it started; touched by its thread alone. */
final class Counters {
    final ReplayTally replays = new ReplayTally();
    long tunReads;
    long tunWrites;
    long tunWriteErrors;
    long malformed;
    long packetsOut;
    long bytesOut;
    long packetsIn;
    long bytesIn;
    long datagramsOut;
    long trainsOut;
    long sendErrors;
    long messagesIn;
    long datagramsIn;
    long unopened;
    long refusedIn;
    long refusedOut;
    long unsendable;
    long tooLarge;
    long forwarded;
    long crossed;
    long noRoom;

    DataPlaneCounters snapshot() {
        ReplayTally.Counts replayed = replays.counts();
        return new DataPlaneCounters(
                packetsOut,
                bytesOut,
                trainsOut,
                datagramsOut,
                packetsIn,
                bytesIn,
                messagesIn,
                datagramsIn,
                tunReads,
                tunWrites,
                refusedOut,
                refusedIn,
                forwarded,
                crossed,
                replayed,
                noRoom,
                tunWriteErrors
                        + malformed
                        + sendErrors
                        + unopened
                        + replayed.refused()
                        + unsendable
                        + tooLarge
                        + noRoom);
    }
}

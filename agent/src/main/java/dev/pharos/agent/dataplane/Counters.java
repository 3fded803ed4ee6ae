package dev.pharos.agent.dataplane;

/** What one loop has done since it started; touched by its thread alone. */
final class Counters {
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
    long replayed;
    long refusedIn;
    long refusedOut;
    long unsendable;
    long tooLarge;
    long forwarded;
    long crossed;
    long noRoom;

    DataPlaneCounters snapshot() {
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
                tunWriteErrors + malformed + sendErrors + unopened + replayed + unsendable + tooLarge + noRoom);
    }
}

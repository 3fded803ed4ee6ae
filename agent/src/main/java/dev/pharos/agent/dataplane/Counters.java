package dev.pharos.agent.dataplane;

/**
 * What one loop has done since it started. Written by its thread alone; {@link #snapshot} is taken on that thread too.
 */
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
    long forwarded;
}

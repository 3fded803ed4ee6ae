package dev.pharos.agent.status;

/**
 * One round trip.
 *
 * @param path {@code direct}, or {@code relay:} and the relay's name
 */
public record PingReply(String name, String address, String path, double rttMs) {}

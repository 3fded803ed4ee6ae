package dev.pharos.control.network;

/** Published once the transaction that took a revision has committed. */
public record RevisionTaken(String networkId, long number) {}

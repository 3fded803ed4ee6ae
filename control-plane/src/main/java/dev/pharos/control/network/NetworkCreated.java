package dev.pharos.control.network;

/** Published within the transaction that makes a network: whoever keeps something for each network makes it now. */
public record NetworkCreated(Network network) {}

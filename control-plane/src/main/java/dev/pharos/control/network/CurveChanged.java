package dev.pharos.control.network;

/** Published within the transaction that gives a network without hosts another curve: its authorities are made anew. */
public record CurveChanged(Network network) {}

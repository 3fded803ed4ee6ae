package dev.pharos.protocol.bundle;

/** A revision as one host got it: two bundles with the same revision and another digest are a fork. */
public record RevisionId(Revision revision, Digest digest) {}

package dev.pharos.lab.nebula;

import java.nio.file.Path;

/** The three files by which a Nebula node proves who it is. */
public record NebulaIdentity(Path authority, Path certificate, Path key) {}

package dev.pharos.agent.names;

import java.util.Optional;

/**
 * A file of the resolver that was changed.
 *
 * @param file its path
 * @param before what was in it, to be put back; absent when there was no such file
 * @param written what is in it as long as nobody else writes it
 */
public record ResolverRecord(String file, Optional<String> before, String written) {}

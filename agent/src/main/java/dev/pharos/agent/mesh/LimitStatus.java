package dev.pharos.agent.mesh;

/**
 * A bound on what others may cost us that was hit, as {@code status} shows it.
 *
 * @param name what there was too much of
 * @param count how often something was refused or made room since the start
 */
public record LimitStatus(String name, long count) {}

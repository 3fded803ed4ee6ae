package dev.pharos.agent.log;

/** One event a line, for people or for machines. */
public enum Format {
    TEXT,
    JSON
}

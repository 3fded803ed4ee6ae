package dev.pharos.agent.log;

/** How much an event matters, least first. */
public enum Level {
    /** For whoever hunts a bug. */
    DEBUG,
    /** Something changed, as it should. */
    INFO,
    /** Something that a person should look at; the agent goes on. */
    WARNING,
    /** The agent cannot go on, or a part of it cannot. */
    ERROR
}

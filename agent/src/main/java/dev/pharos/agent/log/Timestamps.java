package dev.pharos.agent.log;

/** Whether events say when they happened. */
public enum Timestamps {
    WRITTEN,
    /** Whoever takes the lines knows the time. */
    LEFT_OUT
}

package dev.pharos.agent.mesh;

/** Whether the peer is expected to send something back; silence is then a sign that it, or the path, is dead. */
public enum Answer {
    EXPECTED,
    NONE
}

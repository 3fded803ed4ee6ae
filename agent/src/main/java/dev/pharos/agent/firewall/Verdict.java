package dev.pharos.agent.firewall;

/** What becomes of a packet, and why. */
public enum Verdict {
    ALLOWED,
    /** Not an IP packet, or cut off before its ports. */
    MALFORMED,
    /** The address at the peer's end is not in the peer's certificate, or in no network of ours. */
    FOREIGN_REMOTE,
    /** The address at our end is neither ours nor in a subnet we route. */
    FOREIGN_LOCAL,
    NO_RULE;

    public boolean isAllowed() {
        return this == ALLOWED;
    }
}

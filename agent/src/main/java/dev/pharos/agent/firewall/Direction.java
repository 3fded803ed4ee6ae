package dev.pharos.agent.firewall;

/** As this host sees it: inbound comes from a peer, outbound goes to one. */
public enum Direction {
    INBOUND,
    OUTBOUND
}

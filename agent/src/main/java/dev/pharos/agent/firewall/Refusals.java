package dev.pharos.agent.firewall;

/**
 * Whether the sender of a refused packet is told.
 *
 * @param inbound {@code firewall.inbound_action}: of packets from peers
 * @param outbound {@code firewall.outbound_action}: of packets from this host
 */
public record Refusals(Action inbound, Action outbound) {
    /** Silence, as is Nebula's default. */
    public static final Refusals SILENT = new Refusals(Action.DROP, Action.DROP);

    /** What becomes of a packet that nothing allows. */
    public enum Action {
        DROP,
        /** The sender gets a TCP reset, or an ICMP message that the destination is prohibited. */
        REJECT
    }
}

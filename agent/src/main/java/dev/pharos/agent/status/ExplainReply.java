package dev.pharos.agent.status;

import org.jspecify.annotations.Nullable;

/**
 * What this host's firewall says to the first packet of a flow.
 *
 * @param direction {@code inbound} or {@code outbound}, from the view of this host
 * @param host this host
 * @param peer the other end, by the name in its certificate
 * @param flow what was asked, in words
 * @param reason why it is refused, or that a rule allows it
 * @param rule the deciding one, as a Nebula file would have it; null when none allows the flow
 * @param index its place in the list of its direction, from 0; null with {@code rule}
 */
public record ExplainReply(
        boolean allowed,
        String direction,
        String host,
        String peer,
        String flow,
        String reason,
        @Nullable String rule,
        @Nullable Integer index) {}

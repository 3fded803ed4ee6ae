/**
 * The firewall, with Nebula's semantics (facts, nebula-protocol 16): default deny, allow rules only, judged at both ends.
 * Sans-IO: packets and the time are handed in.
 *
 * <p>A packet's way through it, all on the event loop that owns its tunnel: {@link dev.pharos.agent.firewall.PacketView}
 * reads addresses and ports; they must belong to the peer's certificate and to this host; a tracked connection
 * ({@code ConnectionTable}) lets it pass; else the rules ({@link dev.pharos.agent.firewall.FirewallRules}) decide and
 * a new connection is tracked.
 */
@NullMarked
package dev.pharos.agent.firewall;

import org.jspecify.annotations.NullMarked;

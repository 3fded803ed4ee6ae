package dev.pharos.agent.firewall;

import dev.pharos.protocol.Fingerprint;
import org.jspecify.annotations.Nullable;

/** A rule, ready to be asked about packets whose protocol and port fit. */
final class CompiledRule {
    private final Rule rule;
    private final int index;
    private final boolean everyPeer;
    private final @Nullable String host;
    private final String[] groups;
    private final @Nullable AddressRange remote;

    private final boolean everyLocal;
    private final AddressRange[] locals;

    private final boolean everyAuthority;
    private final @Nullable String authorityName;
    private final @Nullable Fingerprint authority;

    /** From the rule that stands at {@code index} in the list of its direction. */
    CompiledRule(Rule rule, int index, LocalHost host, UnsetLocalRange unset) {
        this.rule = rule;
        this.index = index;
        this.everyPeer = rule.fitsEveryPeer();
        this.host = rule.host().orElse(null);
        this.groups = rule.groups().toArray(String[]::new);
        this.remote = rule.cidr().map(AddressRange::of).orElse(null);
        this.locals = switch (rule.local()) {
            case LocalRange.Any any -> new AddressRange[0];
            case LocalRange.Within within -> new AddressRange[] {AddressRange.of(within.prefix())};
            case LocalRange.Unset unsaid ->
                unset == UnsetLocalRange.OWN_NETWORKS && host.routesSubnets()
                        ? AddressRange.of(host.networks())
                        : new AddressRange[0];
        };
        this.everyLocal = locals.length == 0;
        this.authorityName = rule.authorityName().orElse(null);
        this.authority = rule.authority().orElse(null);
        this.everyAuthority = authorityName == null && authority == null;
    }

    Rule rule() {
        return rule;
    }

    int index() {
        return index;
    }

    /** Those that count: ICMP has none. */
    Ports ports() {
        return rule.protocol() == Rule.Protocol.ICMP ? Ports.ANY : rule.ports();
    }

    /** Whether every packet is allowed whose protocol and port fit, and whose peer its host, group or range names. */
    boolean asksOnlyForPeer() {
        return everyLocal && everyAuthority && (everyPeer || groups.length <= 1);
    }

    /** The one that stands first, of two of which either may be missing. */
    static @Nullable CompiledRule first(@Nullable CompiledRule one, @Nullable CompiledRule other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.index <= other.index ? one : other;
    }

    boolean matches(PacketView packet, PeerIdentity peer) {
        return matchesPeer(packet, peer)
                && (everyLocal || AddressRange.anyContains(locals, packet.localHigh, packet.localLow))
                && (everyAuthority
                        || peer.authority().equals(authority)
                        || peer.authorityName().equals(authorityName));
    }

    private boolean matchesPeer(PacketView packet, PeerIdentity peer) {
        return everyPeer
                || hasAllGroups(peer)
                || peer.name().equals(host)
                || (remote != null && remote.contains(packet.remoteHigh, packet.remoteLow));
    }

    private boolean hasAllGroups(PeerIdentity peer) {
        for (String group : groups) {
            if (!peer.hasGroup(group)) {
                return false;
            }
        }
        return groups.length > 0;
    }
}

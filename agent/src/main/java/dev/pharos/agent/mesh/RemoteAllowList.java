package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Map;

/**
 * Where peers may be: {@code lighthouse.remote_allow_list} for all of them, and {@code lighthouse.remote_allow_ranges} for
 * those whose overlay address is in a range. An endpoint must be allowed by both.
 *
 * @param ranges by overlay range; the most specific one that contains a peer counts
 */
public record RemoteAllowList(AllowList everybody, Map<VpnPrefix, AllowList> ranges) {
    public static final RemoteAllowList ALL = new RemoteAllowList(AllowList.ALL, Map.of());

    public RemoteAllowList {
        ranges = Map.copyOf(ranges);
    }

    /** Whether anybody may be there: all that can be asked before a peer has said who it is. */
    public boolean allows(UnderlayEndpoint endpoint) {
        return everybody.allows(endpoint);
    }

    public boolean allows(VpnAddress peer, UnderlayEndpoint endpoint) {
        return everybody.allows(endpoint) && ofRange(peer).allows(endpoint);
    }

    /** Whether a peer with all these addresses may be there. */
    public boolean allows(List<VpnAddress> peer, UnderlayEndpoint endpoint) {
        if (!everybody.allows(endpoint)) {
            return false;
        }
        for (VpnAddress address : peer) {
            if (!ofRange(address).allows(endpoint)) {
                return false;
            }
        }
        return true;
    }

    private AllowList ofRange(VpnAddress peer) {
        AllowList found = AllowList.ALL;
        int length = -1;
        for (Map.Entry<VpnPrefix, AllowList> range : ranges.entrySet()) {
            if (range.getKey().length() > length && range.getKey().contains(peer)) {
                found = range.getValue();
                length = range.getKey().length();
            }
        }
        return found;
    }
}

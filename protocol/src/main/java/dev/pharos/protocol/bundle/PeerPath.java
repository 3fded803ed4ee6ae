package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import java.util.Optional;

/**
 * Which way a tunnel's packets go: {@code direct} or {@code relay:10.42.0.2}.
 *
 * @param relay overlay address of the relay; empty for a direct path
 */
public record PeerPath(Optional<VpnAddress> relay) {
    public static final PeerPath DIRECT = new PeerPath(Optional.empty());

    private static final String DIRECT_TEXT = "direct";
    private static final String RELAY_PREFIX = "relay:";

    public static PeerPath via(VpnAddress relay) {
        return new PeerPath(Optional.of(relay));
    }

    static PeerPath parse(String text) throws MalformedException {
        if (text.equals(DIRECT_TEXT)) {
            return DIRECT;
        }
        if (text.startsWith(RELAY_PREFIX)) {
            return via(VpnAddress.parse(text.substring(RELAY_PREFIX.length())));
        }
        throw new MalformedException("a path is direct or relay:ADDRESS");
    }

    @Override
    public String toString() {
        return relay.map(address -> RELAY_PREFIX + address).orElse(DIRECT_TEXT);
    }
}

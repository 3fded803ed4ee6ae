package dev.pharos.agent.firewall;

import dev.pharos.protocol.Fingerprint;
import java.util.Arrays;
import java.util.List;

/** Peers for tests. */
final class Peers {
    static final Fingerprint AUTHORITY = new Fingerprint("ca".repeat(32));
    static final Fingerprint OTHER_AUTHORITY = new Fingerprint("cb".repeat(32));

    private Peers() {}

    /** A peer with one address, of these groups. */
    static PeerIdentity at(String address, String... groups) {
        return named("laptop", address, groups);
    }

    static PeerIdentity named(String name, String address, String... groups) {
        return new PeerIdentity(
                certificate(name, groups),
                name,
                List.of(groups),
                List.of(Packets.address(address)),
                List.of(),
                "Test CA",
                AUTHORITY);
    }

    static PeerIdentity gateway(String address, String subnet) {
        return new PeerIdentity(
                certificate("gateway"),
                "gateway",
                List.of(),
                List.of(Packets.address(address)),
                List.of(Packets.prefix(subnet)),
                "Test CA",
                AUTHORITY);
    }

    private static Fingerprint certificate(String name, String... groups) {
        return new Fingerprint(String.format("%064x", 31L * name.hashCode() + Arrays.hashCode(groups) & 0xffff_ffffL));
    }
}

package dev.pharos.agent.dns;

import dev.pharos.protocol.VpnAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What there is to answer. Called from the responder's thread. */
public interface DnsZone {
    /** The overlay addresses of a host by the name in its certificate, whatever the case. */
    Optional<List<VpnAddress>> find(String name);

    /** The certificate of the host with that overlay address, as JSON. */
    Optional<String> certificate(VpnAddress address);

    /** Whether the asker may see certificates: this machine itself. */
    boolean isTrusted(InetAddress asker);
}

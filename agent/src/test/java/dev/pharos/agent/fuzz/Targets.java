package dev.pharos.agent.fuzz;

import dev.pharos.agent.config.ConfigurationFuzz;
import dev.pharos.agent.dataplane.CoalescerFuzz;
import dev.pharos.agent.dataplane.RejectFuzz;
import dev.pharos.agent.dataplane.SegmenterFuzz;
import dev.pharos.agent.firewall.FirewallFuzz;
import dev.pharos.agent.mesh.MeshFuzz;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Every fuzz target by its name, which is also that of its corpus. */
final class Targets {
    static final SortedMap<String, Supplier<FuzzTarget>> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("answers", BundleFuzz::answers),
            Map.entry("bundle", BundleFuzz::bundle),
            Map.entry("certificate", CertificateFuzz::new),
            Map.entry("coalescer", CoalescerFuzz::new),
            Map.entry("configuration", ConfigurationFuzz::new),
            Map.entry("datagram", MeshFuzz::datagram),
            Map.entry("firewall", FirewallFuzz::new),
            Map.entry("handshake", HandshakeFuzz::new),
            Map.entry("header", WireFuzz::header),
            Map.entry("lighthouse", WireFuzz::lighthouse),
            Map.entry("member", MeshFuzz::member),
            Map.entry("pem", PemFuzz::new),
            Map.entry("reject", RejectFuzz::new),
            Map.entry("relay", WireFuzz::relay),
            Map.entry("segmenter", SegmenterFuzz::new),
            Map.entry("text", TextFuzz::new)));

    private Targets() {}

    static FuzzTarget get(String name) {
        return Objects.requireNonNull(ALL.get(name), name).get();
    }
}

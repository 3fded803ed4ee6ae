package dev.pharos.agent.dns;

import dev.pharos.agent.cert.CertificateJson;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The hosts with a tunnel to this lighthouse, and those that had one. Looks at the tunnels at most four times a second,
 * however often it is asked: nobody who only asks for names may cost the mesh more.
 */
public final class KnownHosts implements DnsZone {
    private static final long REFRESH_NANOS = 250_000_000;

    private final NameTable names = new NameTable();
    private final Supplier<List<Certificate>> certificates;
    private final Supplier<List<VpnPrefix>> ownNetworks;
    private final LongSupplier nanoTime;
    private List<Certificate> latest = List.of();
    private long lookedAt;

    /**
     * Of a node.
     *
     * @param certificates one of every host with a tunnel, and this host's own
     * @param ownNetworks this host's addresses with the lengths of their networks
     */
    public KnownHosts(
            Supplier<List<Certificate>> certificates, Supplier<List<VpnPrefix>> ownNetworks, LongSupplier nanoTime) {
        this.certificates = certificates;
        this.ownNetworks = ownNetworks;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong() - REFRESH_NANOS;
    }

    @Override
    public Optional<List<VpnAddress>> find(String name) {
        refresh();
        return names.find(name);
    }

    @Override
    public Optional<String> certificate(VpnAddress address) {
        return refresh().stream()
                .filter(certificate -> addresses(certificate).contains(address))
                .findFirst()
                .map(CertificateJson::compact);
    }

    /** As in nebula: only from this machine, over loopback or its own overlay address. */
    @Override
    public boolean isTrusted(InetAddress asker) {
        if (asker.isLoopbackAddress()) {
            return true;
        }
        VpnAddress address = VpnAddress.of(asker.getAddress());
        return ownNetworks.get().stream().anyMatch(network -> network.address().equals(address));
    }

    /** Names that were forgotten, as there were too many. */
    public long displaced() {
        return names.displaced();
    }

    private synchronized List<Certificate> refresh() {
        long now = nanoTime.getAsLong();
        if (now - lookedAt >= REFRESH_NANOS) {
            lookedAt = now;
            latest = certificates.get();
            latest.forEach(certificate -> names.put(certificate.name(), addresses(certificate)));
        }
        return latest;
    }

    private static List<VpnAddress> addresses(Certificate certificate) {
        return certificate.networks().stream().map(VpnPrefix::address).toList();
    }
}

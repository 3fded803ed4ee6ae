package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CaPool;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.noise.CipherSuite;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who this host is and whom it trusts.
 *
 * @param certificates at least one, at most one of each version, all of the same key
 * @param initiating the version shown first to a peer of unknown version; old nodes read only V1
 * @param cipher one for the whole network, never negotiated
 */
public record Identity(
        List<Certificate> certificates,
        HostKey key,
        CertificateVersion initiating,
        CipherSuite cipher,
        CaPool authorities,
        Blocklist blocklist) {

    public Identity {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("a host without a certificate cannot take part");
        }
        for (Certificate certificate : certificates) {
            if (!key.belongsTo(certificate)) {
                throw new IllegalArgumentException(certificate + " is not for this host's key");
            }
        }
        if (certificates.stream().map(Certificate::version).distinct().count() != certificates.size()) {
            throw new IllegalArgumentException("two certificates of one version");
        }
    }

    /** Shows V1 first where there is one, as stock nodes do. */
    public static Identity of(
            List<Certificate> certificates, HostKey key, CipherSuite cipher, CaPool authorities, Blocklist blocklist) {
        boolean hasV1 = certificates.stream().anyMatch(one -> one.version() == CertificateVersion.V1);
        CertificateVersion initiating = hasV1 ? CertificateVersion.V1 : CertificateVersion.V2;
        return new Identity(certificates, key, initiating, cipher, authorities, blocklist);
    }

    public Optional<Certificate> certificate(CertificateVersion version) {
        return certificates.stream().filter(one -> one.version() == version).findFirst();
    }

    /** The one of that version, else any. */
    Certificate certificateOr(CertificateVersion version) {
        return certificate(version).orElse(certificates.getFirst());
    }

    /** The first address of the first certificate: relays and tie-breaks know us by it. */
    public VpnAddress address() {
        return certificates.getFirst().networks().getFirst().address();
    }

    public boolean owns(VpnAddress address) {
        return networks().stream().anyMatch(network -> network.address().equals(address));
    }

    /** Our addresses with their networks, of all certificates. */
    public Set<VpnPrefix> networks() {
        Set<VpnPrefix> networks = new LinkedHashSet<>();
        certificates.forEach(certificate -> networks.addAll(certificate.networks()));
        return networks;
    }

    Identity withBlocklist(Blocklist changed) {
        return new Identity(certificates, key, initiating, cipher, authorities, changed);
    }
}

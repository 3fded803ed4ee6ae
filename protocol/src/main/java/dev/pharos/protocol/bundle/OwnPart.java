package dev.pharos.protocol.bundle;

import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import java.util.List;
import java.util.Optional;

/**
 * What one host alone is.
 *
 * @param addresses its overlay addresses, each with the prefix length of its network
 * @param mtu of the TUN device, bytes
 * @param listenPort UDP; 0 for one that the system chooses
 * @param advertise public endpoints that others shall try
 * @param forwarding the subnets that it is a router of
 */
public record OwnPart(
        String name,
        List<VpnPrefix> addresses,
        Certificates certificates,
        NetworkCipher cipher,
        int mtu,
        int listenPort,
        boolean lighthouse,
        boolean relay,
        List<HostPort> advertise,
        Rules rules,
        List<Forwarding> forwarding)
        implements Part {
    public OwnPart {
        forwarding = List.copyOf(forwarding);
        addresses = List.copyOf(addresses);
        advertise = List.copyOf(advertise);
        if (listenPort < 0 || listenPort > 65535) {
            throw new IllegalArgumentException("listenPort is 0 to 65535");
        }
    }

    /**
     * The host's certificates; at least one. Of two, key and first network are the same: peers see one host, whichever
     * version they get (facts, nebula-protocol trap 2).
     */
    public record Certificates(Optional<Certificate> v1, Optional<Certificate> v2) {
        public Certificates {
            if (v1.isEmpty() && v2.isEmpty()) {
                throw new IllegalArgumentException("a host has a certificate");
            }
            requireVersion(v1, CertificateVersion.V1);
            requireVersion(v2, CertificateVersion.V2);
            if (v1.isPresent() && v2.isPresent()) {
                requireSameHost(v1.get(), v2.get());
            }
        }

        private static void requireSameHost(Certificate v1, Certificate v2) {
            if (!v1.publicKey().equals(v2.publicKey())) {
                throw new IllegalArgumentException("a host's certificates are on one key");
            }
            if (!v1.networks().getFirst().equals(v2.networks().getFirst())) {
                throw new IllegalArgumentException("a host's certificates begin with the same network");
            }
        }

        private static void requireVersion(Optional<Certificate> certificate, CertificateVersion version) {
            if (certificate.isPresent() && certificate.get().version() != version) {
                throw new IllegalArgumentException("not a certificate of version " + version);
            }
        }
    }

    /**
     * A subnet that the host forwards the packets of others to.
     *
     * @param masquerade whether they get there from the router's own address, so that the subnet needs no way back
     */
    public record Forwarding(VpnPrefix subnet, boolean masquerade) {}

    /** What the firewall lets through; everything else is dropped. */
    public record Rules(List<Rule> inbound, List<Rule> outbound) {
        public Rules {
            inbound = List.copyOf(inbound);
            outbound = List.copyOf(outbound);
        }
    }
}

package dev.pharos.protocol.cert;

import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;

/** What an authority may sign (facts, nebula-protocol 14). */
final class CaConstraints {
    private CaConstraints() {}

    /** The first thing about the host that its authority does not allow; empty when there is none. */
    static Optional<String> violation(CertificateDetails authority, CertificateDetails host) {
        if (host.notAfter().isAfter(authority.notAfter())) {
            return Optional.of("it would outlive its authority, which ends " + authority.notAfter());
        }
        if (host.notBefore().isBefore(authority.notBefore())) {
            return Optional.of("it would begin before its authority, which begins " + authority.notBefore());
        }
        return foreignGroup(authority.groups(), host.groups())
                .or(() -> outside("network", authority.networks(), host.networks()))
                .or(() -> outside("unsafe network", authority.unsafeNetworks(), host.unsafeNetworks()));
    }

    private static Optional<String> foreignGroup(List<String> allowed, List<String> groups) {
        if (allowed.isEmpty()) {
            return Optional.empty();
        }
        return groups.stream()
                .filter(group -> !allowed.contains(group))
                .findFirst()
                .map(group -> "group " + group + " is not among its authority's groups");
    }

    private static Optional<String> outside(String what, List<VpnPrefix> allowed, List<VpnPrefix> networks) {
        if (allowed.isEmpty()) {
            return Optional.empty();
        }
        return networks.stream()
                .filter(network -> allowed.stream().noneMatch(range -> range.contains(network)))
                .findFirst()
                .map(network -> what + " " + network + " is outside its authority's");
    }
}

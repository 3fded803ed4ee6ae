package dev.pharos.control.network;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes networks. */
@Component
public class NetworkPlan {
    private final Networks networks;
    private final Audit audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    NetworkPlan(Networks networks, Audit audit, ApplicationEventPublisher events, Clock clock) {
        this.networks = networks;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /** A network on Curve25519 with everything that belongs to one: authorities, keys. */
    @Transactional
    public Network create(String name, String range) {
        return create(name, Ranges.parse("range", List.of(range)), Curve.CURVE25519, CertificateVersion.V1);
    }

    @Transactional
    Network create(String name, Ranges ranges, Curve curve, CertificateVersion version) {
        if (networks.existsByName(name)) {
            throw Problem.taken("name", "is the name of another network");
        }
        Network network = networks.saveAndFlush(
                new Network(Ids.next("net", clock.instant()), name, ranges, curve, version, clock.instant()));
        audit.record(network.id(), "network.create", network.id(), null, NetworkController.NetworkView.of(network));
        events.publishEvent(new NetworkCreated(network));
        return network;
    }

    /** {@code 25519} or {@code P256}. */
    static Curve curveOf(String text) {
        return switch (text) {
            case "25519" -> Curve.CURVE25519;
            case "P256" -> Curve.P256;
            default -> throw Problem.field("curve", "must be 25519 or P256");
        };
    }

    /** The version asked for, or the oldest that can name the addresses. */
    static CertificateVersion versionFor(Ranges ranges, @Nullable Integer wanted) {
        if (!ranges.hasV4() && wanted != null && wanted == 1) {
            throw Problem.field(
                    "certificateVersion",
                    "must be 2 in a network of IPv6 alone: version 1 names IPv4 addresses only, so nebula 1.6 to 1.9"
                            + " cannot join it");
        }
        boolean one = wanted == null ? ranges.hasV4() : wanted == 1;
        return one ? CertificateVersion.V1 : CertificateVersion.V2;
    }
}

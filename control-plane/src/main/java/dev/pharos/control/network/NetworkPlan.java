package dev.pharos.control.network;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Curve;
import java.time.Clock;
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
        return create(name, range, Curve.CURVE25519);
    }

    @Transactional
    Network create(String name, String range, Curve curve) {
        if (networks.existsByName(name)) {
            throw Problem.taken("name", "is the name of another network");
        }
        Network network = networks.saveAndFlush(
                new Network(Ids.next("net", clock.instant()), name, rangeOf(range), curve, clock.instant()));
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

    /** An IPv4 range with room for two hosts at least; certificates of version 1 know no other. */
    static VpnPrefix rangeOf(String text) {
        VpnPrefix range;
        try {
            range = VpnPrefix.parse(text);
        } catch (MalformedException e) {
            throw Problem.field("range", "must be an IPv4 range like 10.42.0.0/24");
        }
        VpnAddress address = range.address();
        if (!address.isV4() || range.length() < 8 || range.length() > 30 || address.v4() == 0) {
            throw Problem.field("range", "must be an IPv4 range of length 8 to 30 like 10.42.0.0/24");
        }
        return range;
    }
}

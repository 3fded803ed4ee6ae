package dev.pharos.control.network;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.PlainText;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/networks")
class NetworkController {
    /**
     * @param range the only one; instead of {@code ranges}
     * @param ranges of IPv4, IPv6 or both; {@code ula} is an IPv6 range that is made for the network
     * @param certificateVersion 2 when absent in a network of IPv6 alone, else 1
     */
    record NewNetwork(
            @NotBlank @Size(max = 63) @PlainText String name,
            @Schema(example = "10.42.0.0/24") @Nullable String range,
            @Nullable List<@NotBlank String> ranges,

            @Schema(allowableValues = {"25519", "P256"}) @Nullable
            String curve,

            @Schema(allowableValues = {"1", "2"}) @Nullable @Min(1) @Max(2)
            Integer certificateVersion) {}

    record NetworkChange(
            @Nullable @Size(min = 1, max = 63) @PlainText String name,
            @Nullable String range,
            @Nullable List<@NotBlank String> ranges,

            @Schema(allowableValues = {"25519", "P256"}) @Nullable
            String curve,

            @Schema(allowableValues = {"1", "2"}) @Nullable @Min(1) @Max(2)
            Integer certificateVersion) {}

    /**
     * @param range the first of {@code ranges}
     * @param certificateVersion of exported configurations; with 2, agents have no certificates of version 1 either
     */
    @Schema(name = "Network")
    record NetworkView(
            String id,
            String name,
            String range,
            List<String> ranges,
            String curve,
            @Schema(allowableValues = {"1", "2"}) int certificateVersion,
            String cipher,
            int mtu,
            Instant createdAt) {
        static NetworkView of(Network network) {
            return new NetworkView(
                    network.id(),
                    network.name(),
                    network.ranges().primary().toString(),
                    network.ranges().all().stream().map(VpnPrefix::toString).toList(),
                    network.curve() == Curve.P256 ? "P256" : "25519",
                    network.certificateVersion().number(),
                    network.cipher(),
                    network.mtu(),
                    network.createdAt());
        }
    }

    private final Networks networks;
    private final NetworkPlan plan;
    private final Creations creations;
    private final Revisions revisions;
    private final Audit audit;
    private final ApplicationEventPublisher events;
    private final JdbcClient jdbc;

    NetworkController(
            Networks networks,
            NetworkPlan plan,
            Creations creations,
            Revisions revisions,
            Audit audit,
            ApplicationEventPublisher events,
            JdbcClient jdbc) {
        this.networks = networks;
        this.plan = plan;
        this.creations = creations;
        this.revisions = revisions;
        this.audit = audit;
        this.events = events;
        this.jdbc = jdbc;
    }

    @GetMapping
    Page<NetworkView> list(@ParameterObject PageRequest page) {
        return Page.of(
                networks.page(page.afterId(), page.like(), page.rows()), page.size(), Network::id, NetworkView::of);
    }

    @GetMapping("/{id}")
    ResponseEntity<NetworkView> get(@PathVariable String id) {
        Network network = networks.get(id);
        return EntityTags.tagged(network.version(), NetworkView.of(network));
    }

    @Needs(Role.OWNER)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<NetworkView> create(
            @Valid @RequestBody NewNetwork body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "networks", key, body, () -> create(body), NetworkView::id, id -> NetworkView.of(networks.get(id)));
    }

    private NetworkView create(NewNetwork body) {
        Ranges ranges = ranges(body.range(), body.ranges())
                .orElseThrow(() -> Problem.field("range", "must be there, or ranges"));
        return NetworkView.of(plan.create(
                body.name(),
                ranges,
                body.curve() == null ? Curve.CURVE25519 : NetworkPlan.curveOf(body.curve()),
                NetworkPlan.versionFor(ranges, body.certificateVersion())));
    }

    private static Optional<Ranges> ranges(@Nullable String one, @Nullable List<String> all) {
        if (one != null && all != null) {
            throw Problem.field("ranges", "must not be there beside range");
        }
        if (all != null) {
            return Optional.of(Ranges.parse("ranges", all));
        }
        return one == null ? Optional.empty() : Optional.of(Ranges.parse("range", List.of(one)));
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<NetworkView> change(
            @PathVariable String id,
            @Valid @RequestBody NetworkChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Network network = networks.get(id);
        EntityTags.require(ifMatch, network.version());
        NetworkView asItWas = NetworkView.of(network);
        if (body.name() != null && !body.name().equals(network.name())) {
            if (networks.existsByName(body.name())) {
                throw Problem.taken("name", "is the name of another network");
            }
            network.rename(body.name());
        }
        Optional<Ranges> moved = ranges(body.range(), body.ranges());
        if (moved.isPresent() && !moved.get().equals(network.ranges())) {
            refuseOnceInhabited(id, body.range() == null ? "ranges" : "range");
            network.moveTo(moved.get());
        }
        @Nullable Integer wanted = body.certificateVersion();
        if (wanted == null && network.ranges().hasV4()) {
            wanted = network.certificateVersion().number();
        }
        CertificateVersion version = NetworkPlan.versionFor(network.ranges(), wanted);
        if (version != network.certificateVersion()) {
            refuseOnceInhabited(id, "certificateVersion");
            network.certifyBy(version);
        }
        Curve before = network.curve();
        if (body.curve() != null && NetworkPlan.curveOf(body.curve()) != before) {
            refuseOnceInhabited(id, "curve");
            network.useCurve(NetworkPlan.curveOf(body.curve()));
        }
        networks.saveAndFlush(network);
        if (network.curve() != before) {
            events.publishEvent(new CurveChanged(network));
        }
        audit.record(id, "network.change", id, asItWas, NetworkView.of(network));
        revisions.next(id, "network " + network.name() + " changed");
        return EntityTags.tagged(network.version(), NetworkView.of(network));
    }

    private void refuseOnceInhabited(String id, String field) {
        boolean inhabited = jdbc.sql("select exists (select from host where network_id = ?)")
                .param(id)
                .query(Boolean.class)
                .single();
        if (inhabited) {
            throw Problem.field(field, "cannot change once the network has a host");
        }
    }
}

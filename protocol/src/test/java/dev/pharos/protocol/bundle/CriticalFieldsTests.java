package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CriticalFieldsTests {
    /**
     * Fields that an older host may ignore (docs/adr/0007): those of the first schema, which every host knows, and later
     * ones whose absence makes something not work and opens nothing.
     */
    private static final List<String> NOT_CRITICAL = List.of(
            "names.hosts",
            "names.hosts.addresses",
            "names.hosts.name",
            "names.records",
            "names.records.data",
            "names.records.name",
            "names.records.ttl",
            "names.records.type",
            "names.zone",
            "own.addresses",
            "own.advertise",
            "own.advertise.host",
            "own.advertise.port",
            "own.certificates",
            "own.certificates.v1",
            "own.certificates.v2",
            "own.cipher",
            "own.forwarding",
            "own.forwarding.masquerade",
            "own.forwarding.subnet",
            "own.lighthouse",
            "own.listenPort",
            "own.mtu",
            "own.name",
            "own.relay",
            "own.rules",
            "own.rules.inbound",
            "own.rules.inbound.cidr",
            "own.rules.inbound.groups",
            "own.rules.inbound.localCidr",
            "own.rules.inbound.ports",
            "own.rules.inbound.ports.first",
            "own.rules.inbound.ports.last",
            "own.rules.inbound.protocol",
            "own.rules.outbound",
            "own.rules.outbound.cidr",
            "own.rules.outbound.groups",
            "own.rules.outbound.localCidr",
            "own.rules.outbound.ports",
            "own.rules.outbound.ports.first",
            "own.rules.outbound.ports.last",
            "own.rules.outbound.protocol",
            "topology.controlPlane",
            "topology.controlPlane.overlay",
            "topology.controlPlane.tls",
            "topology.controlPlane.urls",
            "topology.lighthouses",
            "topology.lighthouses.address",
            "topology.lighthouses.endpoints",
            "topology.lighthouses.endpoints.host",
            "topology.lighthouses.endpoints.port",
            "topology.lighthouses.name",
            "topology.relays",
            "topology.routes",
            "topology.routes.metric",
            "topology.routes.routers",
            "topology.routes.subnet",
            "trust.authorities",
            "trust.blocklist");

    private record Inner(String name, @Critical Optional<String> narrowing) {}

    private record Sample(
            List<Inner> inner,
            @Critical List<String> denied,
            @Critical boolean strict) {}

    @Test
    void whoeverAddsAFieldDecidesWhetherAHostMayIgnoreIt() {
        assertThat(Stream.of(OwnPart.class, TrustPart.class, TopologyPart.class, NamesPart.class)
                        .flatMap(CriticalFields::all)
                        .filter(field -> !field.critical())
                        .map(CriticalFields.Field::path))
                .as("a new field is marked @Critical or listed here: docs/adr/0007-critical-fields.md")
                .containsExactlyInAnyOrderElementsOf(NOT_CRITICAL);
    }

    @Test
    void aManifestNamesACriticalFieldOnlyWhereItHasAValue() {
        assertThat(CriticalFields.in("own", new Sample(List.of(inner(Optional.empty())), List.of(), false)))
                .isEmpty();
        assertThat(CriticalFields.in(
                        "own",
                        new Sample(
                                List.of(inner(Optional.empty()), inner(Optional.of("x")), inner(Optional.of("y"))),
                                List.of("z"),
                                true)))
                .containsExactly("own.denied", "own.inner.narrowing", "own.strict");
    }

    @Test
    void everyCriticalFieldIsKnown() {
        assertThat(CriticalFields.of(Sample.class))
                .containsExactly("sample.denied", "sample.inner.narrowing", "sample.strict");
    }

    private static Inner inner(Optional<String> narrowing) {
        return new Inner("a", narrowing);
    }
}

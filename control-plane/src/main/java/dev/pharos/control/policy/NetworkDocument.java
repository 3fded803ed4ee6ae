package dev.pharos.control.policy;

import dev.pharos.control.api.PlainText;
import dev.pharos.control.route.RouteText;
import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.RecordType;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a network is meant to be, in one document that a repository can hold.
 *
 * @param version of this form, 1
 * @param groups with what they are for; groups that are not named here stay
 * @param policies all of them: a policy of another name is deleted
 * @param hosts that have a role; hosts that are not named here have none
 * @param routes all of them: a route to another subnet is deleted; absent, they stay as they are
 * @param dnsRecords all of them: one of another name or type is deleted; absent, they stay as they are
 */
@Schema(name = "NetworkDocument")
record NetworkDocument(
        @NotNull @Min(1) @Max(1) Integer version,
        @NotNull List<@NotNull @Valid GroupEntry> groups,
        @NotNull List<@NotNull @Valid PolicyEntry> policies,
        @NotNull List<@NotNull @Valid HostEntry> hosts,
        @Nullable List<@NotNull @Valid RouteEntry> routes,
        @Nullable List<@NotNull @Valid RecordEntry> dnsRecords) {

    @Schema(name = "DocumentGroup")
    record GroupEntry(
            @NotNull String name,
            @NotNull @Size(max = 500) @PlainText String description) {}

    /** As a policy is made; what may be absent there may be absent here. */
    @Schema(name = "DocumentPolicy")
    record PolicyEntry(
            @NotBlank @Size(max = 63) @PlainText String name,
            @NotNull List<@NotNull String> from,
            @NotNull List<@NotNull String> to,
            @NotNull List<@NotNull Allow> allow,
            @Nullable Boolean enabled,
            @Nullable Boolean restrictsEgress,
            @Nullable List<@NotNull PolicyTest> tests) {
        static PolicyEntry of(PolicyContent content) {
            return new PolicyEntry(
                    content.name(),
                    content.from(),
                    content.to(),
                    content.allow(),
                    content.enabled(),
                    content.restrictsEgress(),
                    content.tests());
        }

        PolicyContent content() {
            return PolicyContent.asWritten(name, from, to, allow, enabled, restrictsEgress, tests);
        }
    }

    @Schema(name = "DocumentHost")
    record HostEntry(
            @NotNull String name,
            boolean lighthouse,
            boolean relay,
            @NotNull List<@NotNull String> endpoints) {}

    /** As a route is made; what may be absent there may be absent here. */
    @Schema(name = "DocumentRoute")
    record RouteEntry(
            @NotNull String subnet,
            @NotNull List<@NotNull String> routers,
            @Nullable Boolean masquerade,
            @Nullable Integer metric) {
        static RouteEntry of(RouteText text) {
            return new RouteEntry(text.subnet(), text.routers(), text.masquerade(), text.metric());
        }

        RouteText text() {
            return RouteText.asWritten(subnet, routers, masquerade, metric);
        }
    }

    /** As a DNS record is made; what may be absent there may be absent here. */
    @Schema(name = "DocumentDnsRecord")
    record RecordEntry(
            @NotNull String name,
            @NotNull RecordType type,
            @NotNull List<@NotNull @PlainText String> data,
            @Nullable @Min(0) @Max(DnsRecord.MAX_TTL) Integer ttl) {
        static RecordEntry of(DnsRecord content) {
            return new RecordEntry(content.name(), content.type(), content.data(), content.ttl());
        }

        DnsRecord content() {
            return new DnsRecord(name, type, data, ttl == null ? DnsRecord.TTL : ttl);
        }
    }

    /** One thing that differs. */
    @Schema(name = "DocumentChange")
    record Change(
            @Schema(allowableValues = {"group", "policy", "host", "route", "dns-record"})
            String kind,

            String name,

            @Schema(allowableValues = {"create", "change", "delete"})
            String action) {}

    /**
     * How a network differs from a document.
     *
     * @param effect of the policies among it
     */
    @Schema(name = "DocumentComparison")
    record Comparison(List<Change> changes, Preview effect) {}
}

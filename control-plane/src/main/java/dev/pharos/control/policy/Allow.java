package dev.pharos.control.policy;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule.Protocol;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a policy lets through.
 *
 * @param protocol {@code tcp}, {@code udp}, {@code icmp} or {@code any}
 * @param ports {@code 22,8000-8100}; absent or {@code any} for all, and of no meaning for icmp
 */
record Allow(
        @Schema(
                allowableValues = {"tcp", "udp", "icmp", "any"},
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String protocol,

        @Schema(example = "22,8000-8100") @Nullable String ports) {
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "icmp", "any");

    void check(String field) {
        if (protocol == null || !PROTOCOLS.contains(protocol)) {
            throw Problem.field(field + ".protocol", "must be tcp, udp, icmp or any");
        }
        try {
            parse();
        } catch (MalformedException e) {
            throw Problem.field(field + ".ports", "must be any, or ports and ranges like 22,8000-8100");
        }
    }

    Protocol ruleProtocol() {
        return Protocol.valueOf(String.valueOf(protocol).toUpperCase(Locale.ROOT));
    }

    /** At least one. */
    List<PortRange> ranges() {
        try {
            return parse();
        } catch (MalformedException e) {
            throw new IllegalStateException("a stored policy has damaged ports", e);
        }
    }

    private List<PortRange> parse() throws MalformedException {
        if (ports == null || ports.isBlank() || "icmp".equals(protocol)) {
            return List.of(PortRange.ANY);
        }
        List<PortRange> ranges = new ArrayList<>();
        for (String range : ports.split(",", -1)) {
            ranges.add(PortRange.parse(range.strip()));
        }
        return List.copyOf(ranges);
    }
}

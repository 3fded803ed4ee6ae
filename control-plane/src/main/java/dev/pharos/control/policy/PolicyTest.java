package dev.pharos.control.policy;

import dev.pharos.control.api.Problem;
import dev.pharos.protocol.bundle.Rule.Protocol;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold whatever the policies say: a save that would break it is refused.
 *
 * @param from {@code host:NAME}, an overlay address, or {@code group:NAME} for each host in it
 * @param to the same, or an address in a routed subnet
 * @param port of tcp and udp
 * @param allowed whether it must be let through, or must not
 */
@Schema(name = "PolicyTest")
record PolicyTest(
        @Schema(example = "group:mobiles") @Nullable String from,
        @Schema(example = "host:rpi") @Nullable String to,

        @Schema(allowableValues = {"tcp", "udp", "icmp", "any"}) @Nullable
        String protocol,

        @Schema(example = "22") @Nullable Integer port,
        @Nullable Boolean allowed) {
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "icmp", "any");
    private static final int NO_PORT = 0;

    /** Refuses what cannot be asked. */
    void check(String field) {
        end(field + ".from", from);
        end(field + ".to", to);
        if (protocol == null || !PROTOCOLS.contains(protocol)) {
            throw Problem.field(field + ".protocol", "must be tcp, udp, icmp or any");
        }
        boolean hasPorts = protocol.equals("tcp") || protocol.equals("udp");
        if (hasPorts && (port == null || port < 1 || port > 65535)) {
            throw Problem.field(field + ".port", "must be 1 to 65535");
        }
        if (allowed == null) {
            throw Problem.field(field + ".allowed", "must be true or false");
        }
    }

    Selector source() {
        return Selector.parse("from", String.valueOf(from));
    }

    Selector target() {
        return Selector.parse("to", String.valueOf(to));
    }

    Packet packet() {
        return Packet.of(String.valueOf(protocol), port == null ? NO_PORT : port);
    }

    boolean expectation() {
        return Boolean.TRUE.equals(allowed);
    }

    @Override
    public String toString() {
        String what = port == null ? String.valueOf(protocol) : protocol + "/" + port;
        return from + (expectation() ? " must reach " : " must not reach ") + to + " on " + what;
    }

    private static void end(String field, @Nullable String text) {
        if (text == null) {
            throw Problem.field(field, "must be there");
        }
        Selector.parse(field, text);
    }

    /**
     * What is sent, as far as rules look at it.
     *
     * @param port the receiver's; 0 where the protocol has none
     */
    record Packet(Protocol protocol, int port) {
        static Packet of(String protocol, int port) {
            return new Packet(Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)), port);
        }
    }
}

package dev.pharos.lab.nebula;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An ordinary Nebula configuration file, as stock nebula and {@code pharos-agent run --config} both read it.
 *
 * @param lighthouses those of the mesh, without the node itself
 * @param relays overlay addresses this node may be reached through
 * @param inbound YAML list items of {@code firewall.inbound}, one rule each
 */
public record NebulaConfig(
        NebulaIdentity identity, Role role, List<Lighthouse> lighthouses, List<String> relays, List<String> inbound) {
    /** What a node is for others. */
    public enum Role {
        CLIENT,
        RELAY,
        LIGHTHOUSE_AND_RELAY,
        LIGHTHOUSE
    }

    /** Another node that is a lighthouse. */
    public record Lighthouse(String overlay, String endpoint) {}

    /** Everyone may ping and nothing else. */
    public static final List<String> PING_ONLY = List.of("{port: any, proto: icmp, host: any}");

    /** Everything may come in. */
    public static final List<String> OPEN = List.of("{port: any, proto: any, host: any}");

    /** The file's text, with the cipher that stock nebula takes when nothing is said. */
    public String yaml() {
        return yaml("aes");
    }

    /**
     * The file's text.
     *
     * @param cipher {@code aes} or {@code chachapoly}, the same for the whole mesh
     */
    public String yaml(String cipher) {
        boolean lighthouse = role == Role.LIGHTHOUSE || role == Role.LIGHTHOUSE_AND_RELAY;
        boolean relay = role == Role.RELAY || role == Role.LIGHTHOUSE_AND_RELAY;
        return """
            pki: {ca: %s, cert: %s, key: %s}
            static_host_map: {%s}
            lighthouse: {am_lighthouse: %s, interval: 10, hosts: [%s]}
            listen: {host: 0.0.0.0, port: %d}
            punchy: {punch: true, respond: true, delay: 1s}
            relay: {am_relay: %s, use_relays: true, relays: [%s]}
            tun: {dev: nebula1, mtu: 1300}
            cipher: %s
            logging: {level: info, format: text}
            firewall:
              outbound: [{port: any, proto: any, host: any}]
              inbound: [%s]
            """.formatted(
                        identity.authority(),
                        identity.certificate(),
                        identity.key(),
                        lighthouses.stream()
                                .map(each -> "\"%s\": [\"%s\"]".formatted(each.overlay(), each.endpoint()))
                                .collect(Collectors.joining(", ")),
                        lighthouse,
                        lighthouse
                                ? ""
                                : lighthouses.stream()
                                        .map(each -> "\"" + each.overlay() + "\"")
                                        .collect(Collectors.joining(", ")),
                        role == Role.CLIENT ? 0 : 4242,
                        relay,
                        relays.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(", ")),
                        cipher,
                        String.join(", ", inbound));
    }
}

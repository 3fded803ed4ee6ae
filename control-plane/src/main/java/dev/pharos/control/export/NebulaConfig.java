package dev.pharos.control.export;

import dev.pharos.control.delivery.Snapshot;
import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.control.host.Host;
import dev.pharos.control.pki.Issuer.Exported;
import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.protocol.bundle.OwnPart.Rules;
import dev.pharos.protocol.bundle.PortRange;
import dev.pharos.protocol.bundle.Rule;
import dev.pharos.protocol.cert.CertificateVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * A whole configuration for stock Nebula 1.6 and newer, which older versions read too because it names nothing that came
 * later. The private key stays where it was made: {@code pki.key} is a path to be put in.
 */
final class NebulaConfig {
    /** Where {@code pki.key} wants the private key's file, or on a phone its text. */
    static final String KEY = "/etc/nebula/host.key";

    private NebulaConfig() {}

    static String of(Snapshot snapshot, Host host, CertificateVersion version, Exported certified) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("pki", pki(snapshot, certified));
        config.put("static_host_map", staticHosts(snapshot, host));
        config.put("lighthouse", lighthouse(snapshot, host));
        config.put("listen", Map.of("host", "0.0.0.0", "port", host.lighthouse() ? 4242 : 0));
        config.put("punchy", ordered("punch", true, "respond", true, "delay", "1s"));
        config.put("cipher", snapshot.cipher().name().toLowerCase(Locale.ROOT));
        config.put("relay", relay(snapshot, host));
        config.put("tun", tun(snapshot));
        config.put("logging", ordered("level", "info", "format", "text"));
        config.put("firewall", firewall(snapshot, host));
        return header(host, version) + yaml().dump(config);
    }

    private static String header(Host host, CertificateVersion version) {
        String reader = switch (version) {
            case V1 -> "";
            case V2 -> "# It is of version 2: this host needs Nebula 1.10 or newer, which older ones cannot talk to.\n";
        };
        return "# Nebula configuration of " + host.name() + ". Put your private key's file into pki.key;\n"
                + "# the certificate is good for one year.\n" + reader;
    }

    private static Map<String, Object> pki(Snapshot snapshot, Exported certified) {
        return ordered(
                "ca",
                String.join("", certified.authorities()),
                "cert",
                certified.certificate(),
                "key",
                KEY,
                "blocklist",
                snapshot.blocklist().stream().map(Object::toString).toList());
    }

    private static Map<String, Object> staticHosts(Snapshot snapshot, Host host) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Member lighthouse : others(snapshot.lighthouses(), host)) {
            map.put(
                    lighthouse.address().toString(),
                    lighthouse.endpoints().stream().map(Object::toString).toList());
        }
        return map;
    }

    private static Map<String, Object> lighthouse(Snapshot snapshot, Host host) {
        List<String> asked = host.lighthouse() ? List.of() : addresses(others(snapshot.lighthouses(), host));
        return ordered("am_lighthouse", host.lighthouse(), "interval", 10, "hosts", asked);
    }

    /** A relay cannot itself be reached through one. */
    private static Map<String, Object> relay(Snapshot snapshot, Host host) {
        List<String> relays = host.relay() ? List.of() : addresses(others(snapshot.relays(), host));
        return ordered("am_relay", host.relay(), "use_relays", !host.relay(), "relays", relays);
    }

    /** Versions before 1.10 read one gateway and no list, so a stock host has no second router to turn to. */
    private static Map<String, Object> tun(Snapshot snapshot) {
        List<Map<String, Object>> routes = snapshot.routes().stream()
                .flatMap(route -> snapshot.routers(route).stream()
                        .limit(1)
                        .map(router -> ordered(
                                "route",
                                route.subnet().toString(),
                                "via",
                                router.address().toString(),
                                "metric",
                                route.metric())))
                .toList();
        Map<String, Object> tun = ordered("disabled", false, "dev", "nebula1", "mtu", snapshot.mtu());
        if (!routes.isEmpty()) {
            tun.put("unsafe_routes", routes);
        }
        return tun;
    }

    private static Map<String, Object> firewall(Snapshot snapshot, Host host) {
        Rules rules =
                snapshot.firewall().rulesFor(new Subject(host.name(), host.addresses(), host.groups(), List.of()));
        return ordered(
                "conntrack",
                ordered("tcp_timeout", "12m", "udp_timeout", "3m", "default_timeout", "10m"),
                "outbound",
                rules.outbound().stream().map(NebulaConfig::rule).toList(),
                "inbound",
                rules.inbound().stream().map(NebulaConfig::rule).toList());
    }

    private static Map<String, Object> rule(Rule rule) {
        Map<String, Object> written = new LinkedHashMap<>();
        boolean one = rule.ports().first() == rule.ports().last();
        written.put(
                "port",
                one && !rule.ports().equals(PortRange.ANY)
                        ? rule.ports().first()
                        : rule.ports().toString());
        written.put("proto", rule.protocol().name().toLowerCase(Locale.ROOT));
        if (!rule.groups().isEmpty()) {
            written.put("groups", rule.groups());
        }
        rule.cidr().ifPresent(cidr -> written.put("cidr", cidr.toString()));
        if (rule.groups().isEmpty() && rule.cidr().isEmpty()) {
            written.put("host", "any");
        }
        return written;
    }

    private static List<Member> others(List<Member> members, Host host) {
        return members.stream().filter(member -> !member.id().equals(host.id())).toList();
    }

    private static List<String> addresses(List<Member> members) {
        return members.stream().map(member -> member.address().toString()).toList();
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static Yaml yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setDefaultScalarStyle(DumperOptions.ScalarStyle.PLAIN);
        options.setDereferenceAliases(true);
        options.setIndent(2);
        options.setSplitLines(false);
        return new Yaml(options);
    }
}

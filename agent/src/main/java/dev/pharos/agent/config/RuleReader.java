package dev.pharos.agent.config;

import dev.pharos.agent.firewall.LocalRange;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the rules of {@code firewall.inbound} and {@code firewall.outbound}. */
final class RuleReader {
    private static final String ANY = "any";

    private RuleReader() {}

    static List<Rule> read(Section firewall, String direction) throws ConfigException {
        List<Rule> rules = new ArrayList<>();
        for (Section rule : firewall.sections(direction)) {
            rules.add(read(rule));
        }
        return List.copyOf(rules);
    }

    private static Rule read(Section rule) throws ConfigException {
        List<String> groups = groups(rule);
        Optional<String> host = selector(rule, "host");
        Optional<String> cidr = selector(rule, "cidr");
        Optional<String> local = selector(rule, "local_cidr");
        Optional<String> authorityName = selector(rule, "ca_name");
        Optional<Fingerprint> authority = rule.value("ca_sha", Fingerprint::parse);
        boolean selects = host.isPresent() || !groups.isEmpty() || cidr.isPresent() || local.isPresent();
        if (!selects && authorityName.isEmpty() && authority.isEmpty()) {
            throw rule.error(
                    "host", "is missing; a rule needs host, group, groups, cidr, local_cidr, ca_name or ca_sha");
        }
        Rule.Protocol protocol = protocol(rule);
        boolean everyPeer = isAny(host) || groups.contains(ANY) || isAny(cidr);
        return new Rule(
                protocol,
                ports(rule, protocol),
                everyPeer ? Optional.empty() : host,
                everyPeer ? List.of() : groups,
                everyPeer || cidr.isEmpty() ? Optional.empty() : Optional.of(range(rule, "cidr", cidr.get())),
                local(rule, local),
                authorityName,
                authority);
    }

    private static List<String> groups(Section rule) throws ConfigException {
        if (!rule.has("group")) {
            return rule.texts("groups");
        }
        if (rule.has("groups")) {
            throw rule.error("group", "only one of group and groups may be given");
        }
        return rule.texts("group");
    }

    private static LocalRange local(Section rule, Optional<String> text) throws ConfigException {
        if (text.isEmpty()) {
            return LocalRange.UNSET;
        }
        return isAny(text) ? LocalRange.ANY : new LocalRange.Within(range(rule, "local_cidr", text.get()));
    }

    private static Optional<String> selector(Section rule, String key) throws ConfigException {
        return rule.text(key).filter(text -> !text.isEmpty());
    }

    private static boolean isAny(Optional<String> text) {
        return text.filter(ANY::equals).isPresent();
    }

    private static VpnPrefix range(Section rule, String key, String text) throws ConfigException {
        return rule.parse(key, text, VpnPrefix::parse).masked();
    }

    private static Rule.Protocol protocol(Section rule) throws ConfigException {
        if (!rule.has("proto")) {
            throw rule.error("proto", "is missing; it is any, tcp, udp or icmp");
        }
        return Rule.Protocol.valueOf(
                rule.oneOf("proto", ANY, "tcp", "udp", "icmp").toUpperCase(Locale.ROOT));
    }

    /** Of an icmp rule nothing is read, as any would mean what no version of Nebula does. */
    private static Ports ports(Section rule, Rule.Protocol protocol) throws ConfigException {
        String text = rule.text("port", rule.text("code", ""));
        if (rule.has("port") && rule.has("code")) {
            throw rule.error("code", "only one of port and code may be given");
        }
        if (protocol == Rule.Protocol.ICMP) {
            return Ports.ANY;
        }
        if (text.isEmpty()) {
            throw rule.error("port", "is missing; it is any, fragment, a number or a range such as 8000-8100");
        }
        return rule.parse("port", text, RuleReader::parsePorts);
    }

    /** Parses {@code any}, {@code fragment}, {@code 22} or {@code 8000-8100}; 0 as the first port means any. */
    static Ports parsePorts(String text) throws MalformedException {
        return switch (text) {
            case ANY -> Ports.ANY;
            case "fragment" -> Ports.FRAGMENTS;
            default -> {
                String[] ends = text.split("-", -1);
                int first = port(ends[0]);
                int last = ends.length == 1 ? first : port(ends[1]);
                if (ends.length > 2 || first > last) {
                    throw notPorts();
                }
                yield first == 0 ? Ports.ANY : Ports.range(first, last);
            }
        };
    }

    private static int port(String text) throws MalformedException {
        String digits = text.strip();
        if (!digits.matches("\\d{1,5}") || Integer.parseInt(digits) > 65535) {
            throw notPorts();
        }
        return Integer.parseInt(digits);
    }

    private static MalformedException notPorts() {
        return new MalformedException("not a port, a range such as 8000-8100, any or fragment");
    }
}

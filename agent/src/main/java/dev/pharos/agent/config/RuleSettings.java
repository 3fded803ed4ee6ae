package dev.pharos.agent.config;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import java.util.List;
import java.util.Optional;

/**
 * One allow rule. An absent selector matches everything; so does {@code any} as host, as a group or as cidr, which then
 * also silences the other two of these three.
 *
 * @param groups the peer has all of them
 */
public record RuleSettings(
        Protocol protocol,
        Ports ports,
        Optional<String> host,
        List<String> groups,
        Optional<VpnPrefix> cidr,
        Optional<VpnPrefix> localCidr,
        Optional<String> authorityName,
        Optional<Fingerprint> authority) {

    /** What a rule is about; ICMP covers both families. */
    public enum Protocol {
        ANY,
        TCP,
        UDP,
        ICMP
    }

    /** Which ports, or packets without ports, a rule covers. */
    public sealed interface Ports {
        /** Every port, and packets that have none. */
        record Any() implements Ports {}

        /** Fragments but the first, which carry no port. */
        record Fragments() implements Ports {}

        /** An inclusive range. */
        record Range(int first, int last) implements Ports {}
    }

    static RuleSettings read(Section rule) throws ConfigException {
        List<String> groups = rule.texts("groups");
        if (rule.has("group")) {
            if (rule.has("groups")) {
                throw rule.error("group", "only one of group and groups may be given");
            }
            groups = rule.texts("group");
        }
        Optional<String> host = rule.text("host").filter(text -> !text.isEmpty());
        Optional<String> cidr = rule.text("cidr").filter(text -> !text.isEmpty());
        Optional<String> localCidr = rule.text("local_cidr").filter(text -> !text.isEmpty() && !text.equals("any"));
        Optional<String> name = rule.text("ca_name").filter(text -> !text.isEmpty());
        Optional<Fingerprint> authority = rule.value("ca_sha", Fingerprint::parse);
        boolean selective = host.isPresent() || !groups.isEmpty() || cidr.isPresent() || rule.has("local_cidr");
        if (!selective && name.isEmpty() && authority.isEmpty()) {
            throw rule.error(
                    "host", "is missing; a rule needs host, group, groups, cidr, local_cidr, ca_name or ca_sha");
        }
        boolean any = host.filter("any"::equals).isPresent()
                || groups.contains("any")
                || cidr.filter("any"::equals).isPresent();
        return new RuleSettings(
                protocol(rule),
                ports(rule),
                any ? Optional.empty() : host,
                any ? List.of() : List.copyOf(groups),
                any || cidr.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                rule.parse("cidr", cidr.get(), VpnPrefix::parse).masked()),
                localCidr.isEmpty()
                        ? Optional.empty()
                        : Optional.of(rule.parse("local_cidr", localCidr.get(), VpnPrefix::parse)
                                .masked()),
                name,
                authority);
    }

    private static Protocol protocol(Section rule) throws ConfigException {
        if (!rule.has("proto")) {
            throw rule.error("proto", "is missing; it is any, tcp, udp or icmp");
        }
        return Protocol.valueOf(rule.oneOf("proto", "any", "tcp", "udp", "icmp").toUpperCase(java.util.Locale.ROOT));
    }

    private static Ports ports(Section rule) throws ConfigException {
        String text = rule.text("port", rule.text("code", ""));
        if (text.isEmpty()) {
            throw rule.error("port", "is missing; it is any, fragment, a number or a range such as 8000-8100");
        }
        return rule.parse("port", text, RuleSettings::parsePorts);
    }

    /** Parses {@code any}, {@code fragment}, {@code 22} or {@code 8000-8100}; 0 as either end means any. */
    static Ports parsePorts(String text) throws MalformedException {
        if (text.equals("any")) {
            return new Ports.Any();
        }
        if (text.equals("fragment")) {
            return new Ports.Fragments();
        }
        String[] ends = text.split("-", -1);
        int first = port(ends[0].strip());
        int last = ends.length == 1 ? first : port(ends[1].strip());
        if (ends.length > 2 || first > last) {
            throw new MalformedException("not a port, a range such as 8000-8100, any or fragment");
        }
        return first == 0 ? new Ports.Any() : new Ports.Range(first, last);
    }

    private static int port(String text) throws MalformedException {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
            throw new MalformedException("not a port, a range such as 8000-8100, any or fragment");
        }
        return Integer.parseInt(text);
    }
}

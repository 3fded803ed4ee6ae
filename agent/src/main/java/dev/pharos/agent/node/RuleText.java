package dev.pharos.agent.node;

import dev.pharos.agent.firewall.LocalRange;
import dev.pharos.agent.firewall.Ports;
import dev.pharos.agent.firewall.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A rule as a Nebula file would have it, on one line. */
final class RuleText {
    private RuleText() {}

    static String of(Rule rule) {
        List<String> fields = new ArrayList<>();
        fields.add("port: "
                + switch (rule.ports()) {
                    case Ports.Any _ -> "any";
                    case Ports.Fragments _ -> "fragment";
                    case Ports.Range(int first, int last) ->
                        first == last ? Integer.toString(first) : first + "-" + last;
                });
        fields.add("proto: " + rule.protocol().name().toLowerCase(Locale.ROOT));
        rule.host().ifPresent(host -> fields.add("host: " + host));
        if (!rule.groups().isEmpty()) {
            fields.add("groups: [" + String.join(", ", rule.groups()) + "]");
        }
        rule.cidr().ifPresent(cidr -> fields.add("cidr: " + cidr));
        if (rule.host().isEmpty() && rule.groups().isEmpty() && rule.cidr().isEmpty()) {
            fields.add("host: any");
        }
        switch (rule.local()) {
            case LocalRange.Unset _ -> {}
            case LocalRange.Any _ -> fields.add("local_cidr: any");
            case LocalRange.Within(var prefix) -> fields.add("local_cidr: " + prefix);
        }
        rule.authorityName().ifPresent(name -> fields.add("ca_name: " + name));
        rule.authority().ifPresent(fingerprint -> fields.add("ca_sha: " + fingerprint));
        return String.join(", ", fields);
    }
}

package dev.pharos.control.policy;

import dev.pharos.control.api.Needs;
import dev.pharos.control.api.Problem;
import dev.pharos.control.api.Role;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.dns.RecordBook;
import dev.pharos.control.group.Groups;
import dev.pharos.control.host.HostRoles;
import dev.pharos.control.host.HostRoles.Roles;
import dev.pharos.control.network.Networks;
import dev.pharos.control.policy.NetworkDocument.Change;
import dev.pharos.control.policy.NetworkDocument.Comparison;
import dev.pharos.control.policy.NetworkDocument.GroupEntry;
import dev.pharos.control.policy.NetworkDocument.HostEntry;
import dev.pharos.control.policy.NetworkDocument.PolicyEntry;
import dev.pharos.control.policy.NetworkDocument.RecordEntry;
import dev.pharos.control.policy.NetworkDocument.RouteEntry;
import dev.pharos.control.policy.PolicySet.Entry;
import dev.pharos.control.route.RouteBook;
import dev.pharos.control.route.RouteText;
import dev.pharos.protocol.bundle.DnsRecord;
import jakarta.validation.Valid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A network as one document: exported, compared, and applied whole or not at all. */
@RestController
@RequestMapping("/api/v1/networks/{networkId}/document")
class DocumentController {
    private static final int VERSION = 1;

    private final Networks networks;
    private final PolicySets sets;
    private final Policies policies;
    private final PolicyBook book;
    private final Groups groups;
    private final HostRoles roles;
    private final RouteBook routes;
    private final RecordBook records;
    private final Audit audit;

    DocumentController(
            Networks networks,
            PolicySets sets,
            Policies policies,
            PolicyBook book,
            Groups groups,
            HostRoles roles,
            RouteBook routes,
            RecordBook records,
            Audit audit) {
        this.networks = networks;
        this.sets = sets;
        this.policies = policies;
        this.book = book;
        this.groups = groups;
        this.roles = roles;
        this.routes = routes;
        this.records = records;
        this.audit = audit;
    }

    @GetMapping
    @Transactional(readOnly = true)
    NetworkDocument export(@PathVariable String networkId) {
        String network = networks.get(networkId).id();
        List<GroupEntry> described = new ArrayList<>();
        groups.descriptions(network).forEach((name, text) -> described.add(new GroupEntry(name, text)));
        List<HostEntry> hosts = new ArrayList<>();
        roles.of(network)
                .forEach((name, role) ->
                        hosts.add(new HostEntry(name, role.lighthouse(), role.relay(), role.endpoints())));
        return new NetworkDocument(
                VERSION,
                described,
                byName(network).values().stream()
                        .map(policy -> PolicyEntry.of(policy.content()))
                        .toList(),
                hosts,
                routes.of(network).values().stream().map(RouteEntry::of).toList(),
                records.of(network).values().stream().map(RecordEntry::of).toList());
    }

    @Needs(Role.AUDITOR)
    @PostMapping("/compare")
    @Transactional(readOnly = true)
    Comparison compare(@PathVariable String networkId, @Valid @RequestBody NetworkDocument document) {
        String network = networks.get(networkId).id();
        requireNamesOnce(document);
        List<Change> changes = new ArrayList<>(groupChanges(network, document));
        changes.addAll(policyChanges(network, document));
        changes.addAll(hostChanges(network, document));
        changes.addAll(routeChanges(network, document));
        changes.addAll(recordChanges(network, document));
        PolicySet now = document.routes() == null
                ? sets.of(network)
                : sets.of(network, routes.check(network, texts(document.routes())));
        PolicySet then = now;
        Map<String, Policy> before = byName(network);
        for (Policy policy : before.values()) {
            then = then.without(policy.id());
        }
        for (PolicyEntry entry : document.policies()) {
            PolicyContent content = entry.content();
            book.check(network, content);
            Policy known = before.get(content.name());
            then = then.with(new Entry(known == null ? "draft " + content.name() : known.id(), content));
        }
        return new Comparison(changes, Preview.of(now, then));
    }

    /** Answers with what it has changed. */
    @PostMapping("/apply")
    @Transactional
    Comparison apply(@PathVariable String networkId, @Valid @RequestBody NetworkDocument document) {
        Comparison comparison = compare(networkId, document);
        if (!comparison.changes().isEmpty()) {
            document.groups().forEach(group -> groups.describe(networkId, group.name(), group.description()));
            if (document.routes() != null) {
                routes.replaceAll(networkId, texts(document.routes()));
            }
            if (document.dnsRecords() != null) {
                records.replaceAll(networkId, contents(document.dnsRecords()));
            }
            book.replaceAll(
                    networkId,
                    document.policies().stream().map(PolicyEntry::content).toList());
            Map<String, Roles> wanted = roles(document);
            roles.of(networkId).keySet().forEach(name -> wanted.putIfAbsent(name, Roles.NONE));
            roles.assign(networkId, wanted);
            audit.record(networkId, "network.apply-document", networkId, null, comparison.changes());
        }
        return comparison;
    }

    private List<Change> groupChanges(String network, NetworkDocument document) {
        Map<String, String> now = groups.descriptions(network);
        List<Change> changes = new ArrayList<>();
        for (GroupEntry group : document.groups()) {
            Groups.requireName("groups", group.name());
            String description = now.get(group.name());
            if (!group.description().equals(description)) {
                changes.add(new Change("group", group.name(), description == null ? "create" : "change"));
            }
        }
        return changes;
    }

    private List<Change> policyChanges(String network, NetworkDocument document) {
        Map<String, PolicyContent> now = new HashMap<>();
        byName(network).forEach((name, policy) -> now.put(name, policy.content()));
        Map<String, PolicyContent> wanted = new HashMap<>();
        document.policies().forEach(entry -> wanted.put(entry.name(), entry.content()));
        return differences("policy", now, wanted);
    }

    private List<Change> routeChanges(String network, NetworkDocument document) {
        if (document.routes() == null) {
            return List.of();
        }
        Map<String, RouteText> wanted = new HashMap<>();
        routes.check(network, texts(document.routes()))
                .forEach(route -> wanted.put(route.subnet().toString(), routes.text(route)));
        return differences("route", routes.of(network), wanted);
    }

    private List<Change> recordChanges(String network, NetworkDocument document) {
        if (document.dnsRecords() == null) {
            return List.of();
        }
        Map<String, DnsRecord> wanted = new HashMap<>();
        List<DnsRecord> contents = contents(document.dnsRecords());
        for (int i = 0; i < contents.size(); i++) {
            String place = "dnsRecords[" + i + "].";
            records.check(network, place, contents.get(i));
            if (wanted.put(RecordBook.key(contents.get(i)), contents.get(i)) != null) {
                throw Problem.field(place + "name", "is there twice with that type");
            }
        }
        return differences("dns-record", records.of(network), wanted);
    }

    private static <T> List<Change> differences(String kind, Map<String, T> now, Map<String, T> wanted) {
        TreeSet<String> names = new TreeSet<>(now.keySet());
        names.addAll(wanted.keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            if (!wanted.containsKey(name)) {
                changes.add(new Change(kind, name, "delete"));
            } else if (!now.containsKey(name)) {
                changes.add(new Change(kind, name, "create"));
            } else if (!wanted.get(name).equals(now.get(name))) {
                changes.add(new Change(kind, name, "change"));
            }
        }
        return changes;
    }

    private static List<RouteText> texts(List<RouteEntry> entries) {
        return entries.stream().map(RouteEntry::text).toList();
    }

    private static List<DnsRecord> contents(List<RecordEntry> entries) {
        return entries.stream().map(RecordEntry::content).toList();
    }

    private List<Change> hostChanges(String network, NetworkDocument document) {
        Map<String, Roles> now = roles.of(network);
        Map<String, Roles> wanted = roles(document);
        TreeSet<String> names = new TreeSet<>(now.keySet());
        names.addAll(wanted.keySet());
        return names.stream()
                .filter(name -> !now.getOrDefault(name, Roles.NONE).equals(wanted.getOrDefault(name, Roles.NONE)))
                .map(name -> new Change("host", name, "change"))
                .toList();
    }

    private static Map<String, Roles> roles(NetworkDocument document) {
        Map<String, Roles> roles = new TreeMap<>();
        document.hosts()
                .forEach(host -> roles.put(host.name(), new Roles(host.lighthouse(), host.relay(), host.endpoints())));
        return roles;
    }

    private Map<String, Policy> byName(String network) {
        Map<String, Policy> named = new TreeMap<>();
        policies.all(network).forEach(policy -> named.put(policy.content().name(), policy));
        return named;
    }

    private static void requireNamesOnce(NetworkDocument document) {
        requireOnce("groups", document.groups().stream().map(GroupEntry::name).toList());
        requireOnce(
                "policies", document.policies().stream().map(PolicyEntry::name).toList());
        requireOnce("hosts", document.hosts().stream().map(HostEntry::name).toList());
    }

    private static void requireOnce(String field, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (!seen.add(names.get(i))) {
                throw Problem.field(field + "[" + i + "].name", "is there twice");
            }
        }
    }
}

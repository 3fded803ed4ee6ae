package dev.pharos.control.host;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.group.Groups;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.control.pki.AuthorityRotated;
import dev.pharos.control.pki.AuthorityRotated.Reissue;
import dev.pharos.control.pki.Issuer;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Adds hosts to a network, by hand or by an agent that joins. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class Inventory {
    public static final int LONGEST_NAME = 63;
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

    /**
     * What an agent brings along: its public keys and the token that let it in.
     *
     * @param awaitsApproval whether it gets certificates only once somebody says so
     */
    public record Joining(EnrollmentRequest.Keys keys, String tokenId, boolean ephemeral, boolean awaitsApproval) {}

    private final Hosts hosts;
    private final Networks networks;
    private final Groups groups;
    private final RoutedSubnets subnets;
    private final Issuer issuer;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    Inventory(
            Hosts hosts,
            Networks networks,
            Groups groups,
            RoutedSubnets subnets,
            Issuer issuer,
            Revisions revisions,
            Audit audit,
            JdbcClient jdbc,
            Clock clock) {
        this.hosts = hosts;
        this.networks = networks;
        this.groups = groups;
        this.subnets = subnets;
        this.issuer = issuer;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A host that nobody has joined as yet. */
    Host add(Network network, String name, String kind, WantedAddresses wanted, List<String> memberOf) {
        lockPlan(network);
        requireFree(network, "name", name);
        Host host = hosts.saveAndFlush(new Host(
                Ids.next("host", clock.instant()),
                network.id(),
                name,
                kind,
                addressesFor(network, wanted, Optional.empty()),
                groups.ensure(network.id(), "groups", memberOf),
                clock.instant()));
        audit.record(network.id(), "host.create", host.id(), null, Decided.of(host));
        revisions.next(network.id(), "host " + name + " added", Touched.name(name));
        return host;
    }

    /**
     * The host that an agent joins as: a new one, or the one that was added under that name and has waited for it. It has
     * its certificates when this returns, unless it awaits approval.
     */
    public Host join(Network network, String name, WantedAddresses wanted, List<String> memberOf, Joining agent) {
        lockPlan(network);
        Host host = waiting(network, name).orElseGet(() -> add(network, name, Host.AGENT, wanted, memberOf));
        Decided before = Decided.of(host);
        host.join(
                agent.keys().signing().bytes().toBytes(),
                agent.keys().x25519().toBytes(),
                agent.keys().p256().toBytes(),
                agent.tokenId());
        host.makeEphemeral(agent.ephemeral());
        host.awaitApproval(agent.awaitsApproval());
        hosts.saveAndFlush(host);
        reissue(network, host);
        audit.record(network.id(), "host.enroll", host.id(), before, Decided.of(host));
        Touched itself = Touched.host(host.id());
        revisions.next(
                network.id(), "host " + name + " joined", host.pending() ? itself.and(Touched.name(name)) : itself);
        return host;
    }

    /** Every agent of the network gets certificates of the authority that signs now. */
    @EventListener
    void on(AuthorityRotated rotated) {
        if (rotated.reissue() == Reissue.NOW) {
            Network network = networks.get(rotated.networkId());
            hosts.present(network.id()).forEach(host -> reissue(network, host));
        }
    }

    /** The name, if no host has it that somebody has joined as, else the first free one of NAME-2, NAME-3 and so on. */
    public String nextName(Network network, String name) {
        lockPlan(network);
        String next = name;
        for (int number = 2; isTaken(network, next); number++) {
            next = name + "-" + number;
        }
        return next;
    }

    private boolean isTaken(Network network, String name) {
        return waiting(network, name).isEmpty()
                && hosts.findByNetworkIdAndName(network.id(), name).isPresent();
    }

    /** New certificates for an agent whose certificates no longer say what is true; nothing for a host without keys. */
    public void reissue(Network network, Host host) {
        Optional<Issuer.Subject> subject = host.certificateKey(network.curve())
                .map(key -> new Issuer.Subject(
                        network.id(),
                        host.id(),
                        host.name(),
                        addressesOf(network, host),
                        subnets.of(host),
                        host.groups(),
                        key));
        if (host.pending() || isHeld(host)) {
            return;
        }
        subject.ifPresent(complete -> issuer.issueForAgent(complete, network.certificateVersion()));
    }

    /** A host whose certificates others refuse by what this database has forgotten gets none that they would accept. */
    private boolean isHeld(Host host) {
        return jdbc.sql("""
            select exists (select from certificate c join kept_block k on k.fingerprint = c.fingerprint
                           where c.host_id = ? and c.current)\
            """).param(host.id()).query(Boolean.class).single();
    }

    /** Refuses a name or address that a joining host could not have. */
    public void checkPreset(Network network, String name, WantedAddresses wanted) {
        if (waiting(network, name).isEmpty()) {
            requireFree(network, "host.name", name);
            if (!wanted.none()) {
                addressesFor(network, wanted, Optional.empty());
            }
        }
    }

    /** Serialises whatever takes names and addresses of one network, until the transaction ends. */
    void lockPlan(Network network) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 1))")
                .param(network.id())
                .query()
                .singleRow();
    }

    void requireFree(Network network, String field, String name) {
        if (!name.matches(NAME)) {
            throw Problem.field(field, "must be 1 to 63 letters, digits, dots, dashes or underscores");
        }
        if (hosts.findByNetworkIdAndName(network.id(), name).isPresent()) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "name-taken",
                    "the name " + name + " is taken by another host, or by a deleted one with an unexpired certificate",
                    field);
        }
    }

    /** With the lengths of the network's ranges. */
    public static List<VpnPrefix> addressesOf(Network network, Host host) {
        return host.addresses().stream().map(network.ranges()::within).toList();
    }

    /**
     * One address of each range: the one asked for, if it is free, else the one that the host has, else the lowest free one.
     *
     * @param host empty for one that is about to be made
     */
    List<VpnAddress> addressesFor(Network network, WantedAddresses wanted, Optional<Host> host) {
        List<VpnAddress> before = host.map(Host::addresses).orElse(List.of());
        Set<String> used = new HashSet<>(hosts.addresses(network.id()));
        before.forEach(address -> used.remove(address.toString()));
        used.addAll(leftByOthers(network, host.map(Host::id).orElse("")));
        Map<VpnPrefix, VpnAddress> asked = wanted.within(network.ranges());
        return network.ranges().all().stream()
                .map(range -> {
                    AddressPlan plan = new AddressPlan(range, used);
                    VpnAddress address = asked.get(range);
                    return address != null
                            ? plan.claim(wanted.field(), address)
                            : before.stream()
                                    .filter(range::contains)
                                    .findFirst()
                                    .orElseGet(plan::lowestFree);
                })
                .toList();
    }

    /** Addresses that a host has given up and a certificate of its still names. */
    private List<String> leftByOthers(Network network, String hostId) {
        return jdbc.sql("""
            select l.address from left_address l where l.network_id = ? and l.host_id <> ? and exists (
                select from certificate c where c.host_id = l.host_id and l.address = any (c.addresses)
                  and c.not_after > ? and c.revoked_at is null)\
            """)
                .params(network.id(), hostId, Timestamp.from(clock.instant()))
                .query((row, _) -> row.getString(1))
                .list();
    }

    private Optional<Host> waiting(Network network, String name) {
        return hosts.findByNetworkIdAndName(network.id(), name)
                .filter(host -> host.isAgent() && !host.enrolled() && !host.deleted());
    }
}

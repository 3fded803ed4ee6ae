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
import dev.pharos.control.pki.Issuer.Earlier;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

    /** What an agent brings along: its public keys and the token that let it in. */
    public record Joining(EnrollmentRequest.Keys keys, String tokenId, boolean ephemeral) {}

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
    Host add(Network network, String name, String kind, @Nullable String address, List<String> memberOf) {
        lockPlan(network);
        requireFree(network, "name", name);
        Host host = hosts.saveAndFlush(new Host(
                Ids.next("host", clock.instant()),
                network.id(),
                name,
                kind,
                addressFor(network, "address", address),
                groups.ensure(network.id(), "groups", memberOf),
                clock.instant()));
        audit.record(network.id(), "host.create", host.id(), null, Decided.of(host));
        revisions.next(network.id(), "host " + name + " added", Touched.name(name));
        return host;
    }

    /**
     * The host that an agent joins as: a new one, or the one that was added under that name and has waited for it. It has
     * its certificates when this returns.
     */
    public Host join(Network network, String name, @Nullable String address, List<String> memberOf, Joining agent) {
        lockPlan(network);
        Host host = waiting(network, name).orElseGet(() -> add(network, name, Host.AGENT, address, memberOf));
        Decided before = Decided.of(host);
        host.join(
                agent.keys().signing().bytes().toBytes(),
                agent.keys().x25519().toBytes(),
                agent.keys().p256().toBytes(),
                agent.tokenId());
        host.makeEphemeral(agent.ephemeral());
        hosts.saveAndFlush(host);
        reissue(network, host, Earlier.STILL_TRUE);
        audit.record(network.id(), "host.enroll", host.id(), before, Decided.of(host));
        revisions.next(network.id(), "host " + name + " joined", Touched.host(host.id()));
        return host;
    }

    /** Every agent of the network gets certificates of the authority that signs now. */
    @EventListener
    void on(AuthorityRotated rotated) {
        if (rotated.reissue() == Reissue.NOW) {
            Network network = networks.get(rotated.networkId());
            hosts.present(network.id()).forEach(host -> reissue(network, host, Earlier.STILL_TRUE));
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
    public void reissue(Network network, Host host, Earlier earlier) {
        Optional<Issuer.Subject> subject = host.certificateKey(network.curve())
                .map(key -> new Issuer.Subject(
                        network.id(),
                        host.id(),
                        host.name(),
                        new VpnPrefix(host.address(), network.range().length()),
                        subnets.of(host),
                        host.groups(),
                        key));
        if (isHeld(host)) {
            return;
        }
        subject.ifPresent(complete -> issuer.issueForAgent(complete, earlier));
    }

    /** A host whose certificates others refuse by what this database has forgotten gets none that they would accept. */
    private boolean isHeld(Host host) {
        return jdbc.sql("""
            select exists (select from certificate c join kept_block k on k.fingerprint = c.fingerprint
                           where c.host_id = ? and c.current)\
            """).param(host.id()).query(Boolean.class).single();
    }

    /** Refuses a name or address that a joining host could not have. */
    public void checkPreset(Network network, String name, @Nullable String address) {
        if (waiting(network, name).isEmpty()) {
            requireFree(network, "host.name", name);
            if (address != null) {
                addressFor(network, "host.address", address);
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

    /** The address asked for, if it is free, or the lowest free one. */
    VpnAddress addressFor(Network network, String field, @Nullable String wanted) {
        AddressPlan plan = new AddressPlan(network.range(), hosts.addresses(network.id()));
        return wanted == null ? plan.lowestFree() : plan.claim(field, wanted);
    }

    private Optional<Host> waiting(Network network, String name) {
        return hosts.findByNetworkIdAndName(network.id(), name)
                .filter(host -> host.isAgent() && !host.enrolled() && !host.deleted());
    }
}

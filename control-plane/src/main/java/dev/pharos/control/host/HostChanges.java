package dev.pharos.control.host;

import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.group.Groups;
import dev.pharos.control.host.HostController.HostChange;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.HostPort;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Changes a host and with it, in the same revision, whatever its certificates say. */
@Component
@Transactional
public class HostChanges {
    private final Hosts hosts;
    private final Networks networks;
    private final Inventory inventory;
    private final Groups groups;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    HostChanges(
            Hosts hosts,
            Networks networks,
            Inventory inventory,
            Groups groups,
            Revisions revisions,
            Audit audit,
            JdbcClient jdbc,
            Clock clock) {
        this.hosts = hosts;
        this.networks = networks;
        this.inventory = inventory;
        this.groups = groups;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    void apply(String id, HostChange change, @Nullable String ifMatch) {
        Host host = hosts.get(id);
        EntityTags.require(ifMatch, host.version());
        Network network = networks.get(host.networkId());
        Decided before = Decided.of(host);
        boolean certified = identify(network, host, change);
        serve(host, change);
        hosts.saveAndFlush(host);
        if (certified) {
            inventory.reissue(network, host);
        }
        done("host.change", "changed", host, before, Touched.host(id).and(toldOthers(before, host)));
    }

    void block(String id) {
        Host host = hosts.get(id);
        if (!host.blocked()) {
            Decided before = Decided.of(host);
            host.block();
            hosts.saveAndFlush(host);
            done("host.block", "blocked", host, before, Touched.noHost());
        }
    }

    /** Lets in a host that has joined and waits: it gets its certificates. */
    void approve(String id) {
        Host host = hosts.get(id);
        if (host.pending()) {
            Decided before = Decided.of(host);
            host.awaitApproval(false);
            hosts.saveAndFlush(host);
            inventory.reissue(networks.get(host.networkId()), host);
            done("host.approve", "approved", host, before, Touched.host(id).and(Touched.name(host.name())));
        }
    }

    void unblock(String id) {
        Host host = hosts.get(id);
        if (host.blocked()) {
            Decided before = Decided.of(host);
            host.unblock();
            hosts.saveAndFlush(host);
            done("host.unblock", "unblocked", host, before, Touched.host(id));
        }
    }

    /** Takes a host out of the mesh; its name and address stay reserved while one of its certificates is valid. */
    public void delete(String id) {
        Host host = hosts.get(id);
        Decided before = Decided.of(host);
        if (hasValidCertificate(host)) {
            host.delete(clock.instant());
            hosts.saveAndFlush(host);
        } else {
            hosts.delete(host);
        }
        audit.record(host.networkId(), "host.delete", id, before, null);
        revisions.next(host.networkId(), "host " + host.name() + " deleted", Touched.name(host.name()));
    }

    /** Whether anything changed that certificates name. */
    private boolean identify(Network network, Host host, HostChange change) {
        boolean certified = false;
        if (change.name() != null && !change.name().equals(host.name())) {
            inventory.lockPlan(network);
            inventory.requireFree(network, "name", change.name());
            host.rename(change.name());
            certified = true;
        }
        certified |= move(network, host, WantedAddresses.of(change.address(), change.addresses()));
        if (change.groups() != null) {
            List<String> wanted = groups.ensure(network.id(), "groups", change.groups());
            certified |= !wanted.equals(host.groups());
            host.regroup(wanted);
        }
        return certified;
    }

    private boolean move(Network network, Host host, WantedAddresses wanted) {
        if (wanted.none()) {
            return false;
        }
        inventory.lockPlan(network);
        List<VpnAddress> before = host.addresses();
        List<VpnAddress> after = inventory.addressesFor(network, wanted, Optional.of(host));
        for (VpnAddress left : before) {
            if (!after.contains(left)) {
                jdbc.sql("insert into left_address (network_id, address, host_id) values (?, ?, ?) on conflict"
                                + " do nothing")
                        .params(network.id(), left.toString(), host.id())
                        .update();
            }
        }
        host.moveTo(after);
        return !after.equals(before);
    }

    private void serve(Host host, HostChange change) {
        if (change.endpoints() != null) {
            host.advertise(parsed(change.endpoints()), clock.instant());
        }
        if (change.lighthouse() != null) {
            host.serveAsLighthouse(change.lighthouse(), clock.instant());
        }
        if (change.relay() != null) {
            host.serveAsRelay(change.relay());
        }
        if (host.lighthouse() && host.endpoints().isEmpty()) {
            throw Problem.field("endpoints", "must name where a lighthouse is reached, like 203.0.113.5:4242");
        }
    }

    private static List<String> parsed(List<String> endpoints) {
        List<String> parsed = new ArrayList<>();
        for (int i = 0; i < endpoints.size(); i++) {
            try {
                parsed.add(HostPort.parse(endpoints.get(i)).toString());
            } catch (MalformedException e) {
                throw Problem.field("endpoints[" + i + "]", "must be of the form host:port, like 203.0.113.5:4242");
            }
        }
        return List.copyOf(parsed);
    }

    /** Policies may tell others of a host by its name, as the address that it has. */
    private static Touched toldOthers(Decided before, Host host) {
        Decided after = Decided.of(host);
        boolean same = before.name().equals(after.name()) && before.addresses().equals(after.addresses());
        return same ? Touched.noHost() : Touched.name(before.name()).and(Touched.name(after.name()));
    }

    private void done(String action, String what, Host host, Decided before, Touched touched) {
        audit.record(host.networkId(), action, host.id(), before, Decided.of(host));
        revisions.next(host.networkId(), "host " + host.name() + " " + what, touched);
    }

    private boolean hasValidCertificate(Host host) {
        return jdbc.sql("select exists (select from certificate where host_id = ? and not_after > ?)")
                .params(host.id(), Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .single();
    }
}

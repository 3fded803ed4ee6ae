package dev.pharos.control.route;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.host.Host;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.host.Inventory;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.protocol.VpnPrefix;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes routes, and in the same revision the certificates of their routers, which name the subnets. */
@Component
@Transactional
public class RouteBook {
    private static final int MOST_ROUTERS = 16;
    private static final String HOST = "host:";

    private final Routes routes;
    private final Hosts hosts;
    private final Networks networks;
    private final Inventory inventory;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    RouteBook(
            Routes routes,
            Hosts hosts,
            Networks networks,
            Inventory inventory,
            Revisions revisions,
            Audit audit,
            JdbcClient jdbc,
            Clock clock) {
        this.routes = routes;
        this.hosts = hosts;
        this.networks = networks;
        this.inventory = inventory;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Route create(String networkId, RouteText text) {
        begin(networkId);
        SubnetRoute content = parse(networkId, "", text);
        requireRoom(networkId, Optional.empty(), content.subnet());
        Route route = new Route(Ids.next("route", clock.instant()), networkId, clock.instant(), content);
        routes.saveAndFlush(route);
        Set<String> routers = certify(networkId, Optional.empty(), Optional.of(content));
        note(route, "route.create", "added", null, text(content), routers);
        return route;
    }

    void change(Route route, RouteText text) {
        begin(route.networkId());
        SubnetRoute before = route.content();
        SubnetRoute content = parse(route.networkId(), "", text);
        requireRoom(route.networkId(), Optional.of(route.id()), content.subnet());
        RouteText said = text(before);
        route.say(content);
        routes.saveAndFlush(route);
        Set<String> routers = certify(route.networkId(), Optional.of(before), Optional.of(content));
        note(route, "route.change", "changed", said, text(content), routers);
    }

    void delete(Route route) {
        begin(route.networkId());
        SubnetRoute before = route.content();
        routes.delete(route);
        routes.flush();
        Set<String> routers = certify(route.networkId(), Optional.of(before), Optional.empty());
        note(route, "route.delete", "deleted", text(before), null, routers);
    }

    /** By subnet, in the order of their creation. */
    @Transactional(readOnly = true)
    public Map<String, RouteText> of(String networkId) {
        Map<String, RouteText> all = new LinkedHashMap<>();
        routes.all(networkId).forEach(route -> {
            RouteText text = text(route.content());
            all.put(text.subnet(), text);
        });
        return all;
    }

    /** What a network would have if these were all its routes; refuses what cannot be one, and any two that overlap. */
    @Transactional(readOnly = true)
    public List<SubnetRoute> check(String networkId, List<RouteText> wanted) {
        List<SubnetRoute> parsed = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            SubnetRoute route = parse(networkId, "routes[" + i + "].", wanted.get(i));
            for (SubnetRoute other : parsed) {
                if (Subnets.overlap(other.subnet(), route.subnet())) {
                    throw overlaps("routes[" + i + "].", route.subnet(), "the route to " + other.subnet());
                }
            }
            parsed.add(route);
        }
        return List.copyOf(parsed);
    }

    /** Makes these all the routes that the network has; those of a subnet that is there already keep their id. */
    public void replaceAll(String networkId, List<RouteText> wanted) {
        begin(networkId);
        Map<String, RouteText> bySubnet = new LinkedHashMap<>();
        check(networkId, wanted).forEach(route -> bySubnet.put(route.subnet().toString(), text(route)));
        List<Route> before = routes.all(networkId);
        before.stream()
                .filter(route -> !bySubnet.containsKey(route.content().subnet().toString()))
                .forEach(this::delete);
        for (Route route : before) {
            RouteText text = bySubnet.remove(route.content().subnet().toString());
            if (text != null && !text.equals(text(route.content()))) {
                change(route, text);
            }
        }
        bySubnet.values().forEach(text -> create(networkId, text));
    }

    /** In the words of the API, without routers that have been deleted. */
    @Transactional(readOnly = true)
    public RouteText text(SubnetRoute content) {
        return new RouteText(
                content.subnet().toString(),
                content.routers().stream()
                        .flatMap(id -> hosts.findById(id).stream())
                        .filter(host -> !host.deleted())
                        .map(host -> HOST + host.name())
                        .toList(),
                content.masquerade(),
                content.metric());
    }

    /** One writer of a network's routes at a time, as no two may overlap. */
    private void begin(String networkId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 3))")
                .param(networkId)
                .query()
                .singleRow();
    }

    /** @param place of the route in the request, for the problem */
    private SubnetRoute parse(String networkId, String place, RouteText text) {
        VpnPrefix subnet = Subnets.parse(place + "subnet", text.subnet());
        Network network = networks.get(networkId);
        for (VpnPrefix range : network.ranges().all()) {
            if (Subnets.overlap(range, subnet)) {
                throw overlaps(place, subnet, "the network's own range " + range);
            }
        }
        if (network.ranges().ofFamily(subnet.address()).isEmpty()) {
            throw Problem.field(place + "subnet", "must be of a family that the network's hosts have addresses of");
        }
        if (text.metric() < 0) {
            throw Problem.field(place + "metric", "must not be negative");
        }
        return new SubnetRoute(
                subnet, routers(networkId, place + "routers", text.routers()), text.masquerade(), text.metric());
    }

    private List<String> routers(String networkId, String list, List<String> names) {
        if (names.isEmpty() || names.size() > MOST_ROUTERS) {
            throw Problem.field(list, "must be 1 to " + MOST_ROUTERS + " hosts");
        }
        Set<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String field = list + "[" + i + "]";
            if (!ids.add(router(networkId, field, names.get(i)).id())) {
                throw Problem.field(field, "is there twice");
            }
        }
        return List.copyOf(ids);
    }

    private Host router(String networkId, String field, String text) {
        if (!text.startsWith(HOST)) {
            throw Problem.field(field, "must be of the form host:NAME");
        }
        Host host = hosts.findByNetworkIdAndName(networkId, text.substring(HOST.length()))
                .filter(found -> !found.deleted())
                .orElseThrow(() -> Problem.field(field, "names no host"));
        if (!host.isAgent()) {
            throw Problem.field(field, "runs stock Nebula, which cannot be told to forward; a router runs an agent");
        }
        return host;
    }

    private void requireRoom(String networkId, Optional<String> self, VpnPrefix subnet) {
        for (Route other : routes.all(networkId)) {
            VpnPrefix taken = other.content().subnet();
            if (!Optional.of(other.id()).equals(self) && Subnets.overlap(taken, subnet)) {
                throw overlaps("", subnet, "the route to " + taken);
            }
        }
    }

    private static Problem overlaps(String place, VpnPrefix subnet, String other) {
        return new Problem(HttpStatus.CONFLICT, "overlap", subnet + " overlaps with " + other, place + "subnet");
    }

    /**
     * Those that gain a subnet need certificates that name it; of those that lose one the old ones say too much.
     *
     * @return all routers before and after
     */
    private Set<String> certify(String networkId, Optional<SubnetRoute> before, Optional<SubnetRoute> after) {
        Network network = networks.get(networkId);
        Set<String> touched = new LinkedHashSet<>();
        before.ifPresent(route -> touched.addAll(route.routers()));
        after.ifPresent(route -> touched.addAll(route.routers()));
        for (String id : touched) {
            Optional<VpnPrefix> had =
                    before.filter(route -> route.routers().contains(id)).map(SubnetRoute::subnet);
            Optional<VpnPrefix> has =
                    after.filter(route -> route.routers().contains(id)).map(SubnetRoute::subnet);
            if (!had.equals(has)) {
                hosts.findById(id).filter(host -> !host.deleted()).ifPresent(host -> inventory.reissue(network, host));
            }
        }
        return touched;
    }

    private void note(
            Route route,
            String action,
            String what,
            @Nullable RouteText before,
            @Nullable RouteText after,
            Set<String> routers) {
        audit.record(route.networkId(), action, route.id(), before, after);
        revisions.next(route.networkId(), "route to " + route.content().subnet() + " " + what, Touched.hosts(routers));
    }
}

package dev.pharos.lab.fleet;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Link;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Nat;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.run.Run;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The networks the five hosts stand in, without any daemon: two public segments, with {@code anchor} and the control
 * plane on one of them, and a router of its own kind before each other host.
 *
 * <pre>
 *   east 198.51.100.0/24                           west 203.0.113.0/24
 *   .2 anchor  .10 control plane  .30 cafe    ───  .5 home        .20 client        .40 carrier
 *                                 (full cone)      (4242 open)    (port-restricted) (symmetric)
 *                                   laptop         home-server    rpi               phone
 *                    .50 train
 *                 (port-restricted)
 *                    laptop, later
 * </pre>
 */
public final class FleetNetwork {
    /** Where the control plane stands. */
    public static final String CONTROL_PLANE_ADDRESS = "198.51.100.10";

    private final Map<Member, Namespace> places = new EnumMap<>(Member.class);
    private final Map<Member, Router> routers = new EnumMap<>(Member.class);
    private final Namespace controlPlane;
    private final Router train;
    private Link laptopsCable;

    public FleetNetwork(Run run) {
        Internet internet = new Internet(run);
        Segment east = internet.segment("east", "198.51.100");
        Segment west = internet.segment("west", "203.0.113");

        controlPlane = Namespace.create(run, "control");
        east.attach(controlPlane, "eth0", 10);
        for (Member member : Member.values()) {
            places.put(member, Namespace.create(run, member.hostName()));
        }
        east.attach(place(Member.ANCHOR), "eth0", 2);

        Nat home = new Nat.Forwarding(4242, "192.168.5.2");
        behind(Member.HOME_SERVER, Router.create(run, "router-home", west, 5, "192.168.5", home));
        behind(Member.RPI, Router.create(run, "router-client", west, 20, "192.168.20", new Nat.PortRestrictedCone()));
        laptopsCable =
                behind(Member.LAPTOP, Router.create(run, "router-cafe", east, 30, "192.168.30", new Nat.FullCone()));
        train = Router.create(run, "router-train", east, 50, "192.168.50", new Nat.PortRestrictedCone());
        behind(Member.PHONE, Router.create(run, "router-carrier", west, 40, "100.64.40", new Nat.Symmetric()));
    }

    private Link behind(Member member, Router router) {
        routers.put(member, router);
        return router.inside().attach(place(member), "eth0", 2);
    }

    /** The laptop leaves the café: its cable is pulled, and it gets another address behind another kind of router. */
    public void roam() {
        laptopsCable.unplug();
        laptopsCable = behind(Member.LAPTOP, train);
    }

    /** The machine a member runs on. */
    public Namespace place(Member member) {
        return Objects.requireNonNull(places.get(member), member + " has no place");
    }

    /** The router a member sits behind; {@code anchor} has none. */
    public Router router(Member member) {
        return Objects.requireNonNull(routers.get(member), member + " stands in public");
    }

    /** The machine the control plane runs on. */
    public Namespace controlPlane() {
        return controlPlane;
    }
}

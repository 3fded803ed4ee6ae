package dev.pharos.lab.net;

import dev.pharos.lab.run.Run;
import java.time.Duration;

/**
 * A router between a public segment and a segment of its own, as it stands in a home or at a carrier. What nobody
 * inside has asked for it drops: if it took it as its own, connection tracking would remember that, and give the next
 * packet sent from inside to the same place another port than all the others.
 */
public final class Router {
    private final Namespace namespace;
    private final Link outer;
    private final Segment inner;

    private Router(Namespace namespace, Link outer, Segment inner) {
        this.namespace = namespace;
        this.outer = outer;
        this.inner = inner;
    }

    /**
     * Puts a router on a public segment and makes the segment behind it.
     *
     * @param last last octet of its address on {@code outside}
     * @param network three octets of the segment behind it
     */
    public static Router create(Run run, String name, Segment outside, int last, String network, Nat nat) {
        Namespace namespace = Namespace.create(run, name);
        namespace.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        Link outer = outside.attach(namespace, "wan", last);
        namespace.nft("table ip nat {\n" + nat.rules() + "}\n" + """
            table ip watch {
              set shut {
                type ipv4_addr
              }
              set heard {
                type ipv4_addr
                flags dynamic
              }
              chain arriving {
                type filter hook prerouting priority -300
                iifname "wan" ip saddr @shut drop
                iifname "wan" meta l4proto udp update @heard { ip saddr }
              }
              chain unasked {
                type filter hook input priority 0
                iifname "wan" ct state new drop
              }
              chain leaving {
                type filter hook postrouting priority 300
                oifname "wan" ip daddr @shut drop
              }
            }
            """);
        return new Router(namespace, outer, Segment.create(namespace, "lan", network));
    }

    /** Its public address. */
    public String address() {
        return outer.address();
    }

    /** The segment behind it. */
    public Segment inside() {
        return inner;
    }

    /** Drops everything from and to a public address from now on: the path is dead, and nobody is told. */
    public void shut(String address) {
        namespace.nft("add element ip watch shut { " + address + " }\n");
    }

    /** Takes back {@link #shut}. */
    public void reopen(String address) {
        namespace.nft("delete element ip watch shut { " + address + " }\n");
    }

    /** Forgets which addresses it has heard UDP from. */
    public void forget() {
        namespace.nft("flush set ip watch heard\n");
    }

    /** Whether UDP has come from that public address since the router was made or {@link #forget} was called. */
    public boolean hasHeard(String address) {
        return namespace
                .attempt(Duration.ofSeconds(5), "nft", "get", "element", "ip", "watch", "heard", "{ " + address + " }")
                .succeeded();
    }
}

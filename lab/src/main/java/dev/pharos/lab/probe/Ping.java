package dev.pharos.lab.probe;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Await;
import java.time.Duration;

/** ICMP echo from one machine of the lab to an address. */
public final class Ping {
    private static final Duration ONE = Duration.ofSeconds(5);

    private Ping() {}

    /** Whether one echo request is answered within a second. */
    public static boolean answers(Namespace from, String address) {
        return from.attempt(ONE, "ping", "-nqc1", "-W1", address).succeeded();
    }

    /** Whether any of several echo requests, one after the other, is answered before {@code limit} has passed. */
    public static boolean answersWithin(Duration limit, Namespace from, String address) {
        return Await.holdsWithin(limit, () -> answers(from, address));
    }
}

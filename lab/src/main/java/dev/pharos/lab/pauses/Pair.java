package dev.pharos.lab.pauses;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Router;
import dev.pharos.lab.pharos.Agent;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.Exchange;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Two hosts that talk to each other: the first runs our agent. */
final class Pair {
    private static final int PORT = 5000;
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    private final Mesh.Node first;
    private final Mesh.Node second;
    private final Mesh.Standing one;
    private final Mesh.Standing other;

    Pair(Mesh.Node first, Mesh.Node second, Mesh.Standing one, Mesh.Standing other) {
        this.first = first;
        this.second = second;
        this.one = one;
        this.other = other;
        countWhatComesFrom(other.outer(), one.place());
        countWhatComesFrom(one.outer(), other.place());
    }

    Mesh.Node first() {
        return first;
    }

    Mesh.Node second() {
        return second;
    }

    /** Starts both daemons. */
    Pair start() {
        first.start();
        second.start();
        return this;
    }

    /** Whether the first host is known to the lighthouses; the second started at the same time. */
    boolean isRegistered() {
        return first.isRegistered();
    }

    /** Begins to talk. */
    Exchange talk() {
        return Exchange.begin(first.place(), first.overlay(), second.place(), second.overlay(), PORT);
    }

    /** How many full datagrams have come straight from the other's address, at the end that got fewer. */
    long direct() {
        return Math.min(counted(one.place()), counted(other.place()));
    }

    /** The first host's router. */
    Router router() {
        return one.router().orElseThrow();
    }

    /** The second host as the rest sees it. */
    String outerOfSecond() {
        return other.outer();
    }

    /** The overlay address of the relay that the first host sends through, by its status; empty when it sends direct. */
    String relay() {
        return new Agent(first.place(), Artefacts.here(), first.state())
                .status()
                .flatMap(status -> status.pathTo(second.overlay()))
                .filter(path -> path.startsWith("relay:"))
                .map(path -> path.substring("relay:".length()))
                .orElse("");
    }

    /** What is short are handshakes, probes and punches; a datagram of the exchange is not. */
    private static void countWhatComesFrom(String address, Namespace at) {
        at.nft("""
            table ip seen {
              counter straight {}
              chain arriving {
                type filter hook input priority 0
                ip saddr %s udp length > 900 counter name straight
              }
            }
            """.formatted(address));
    }

    private static long counted(Namespace at) {
        return PACKETS.matcher(at.run("nft", "list", "counter", "ip", "seen", "straight"))
                .results()
                .map((MatchResult found) -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElse(0L);
    }
}

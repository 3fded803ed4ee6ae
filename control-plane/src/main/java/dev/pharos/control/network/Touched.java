package dev.pharos.control.network;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which hosts a change may have told something new in the part of their bundles that is theirs alone. The parts that all
 * hosts share are few and small; they are compiled for every revision, and no change has to speak of them.
 */
public sealed interface Touched {
    /** Any host's part may be another now. */
    record Everything() implements Touched {}

    /**
     * Some hosts' parts may be others now: each of these fields adds its own.
     *
     * @param hosts ids
     * @param names of hosts that came, went or have another name or address: it touches whomever a policy tells of them
     * @param targets what a policy that has changed lets others reach, as the policy names it
     * @param sources whom it lets reach that; they are touched as far as what they send is restricted at all
     */
    record Some(Set<String> hosts, Set<String> names, Set<String> targets, Set<String> sources) implements Touched {
        public Some {
            hosts = Set.copyOf(hosts);
            names = Set.copyOf(names);
            targets = Set.copyOf(targets);
            sources = Set.copyOf(sources);
        }
    }

    /** Only what all hosts share is another now. */
    static Touched noHost() {
        return new Some(Set.of(), Set.of(), Set.of(), Set.of());
    }

    /** What one host is told of itself. */
    static Touched host(String id) {
        return hosts(Set.of(id));
    }

    /** As {@link #host}, of several. */
    static Touched hosts(Set<String> ids) {
        return new Some(ids, Set.of(), Set.of(), Set.of());
    }

    /** What policies tell others by the name of a host. */
    static Touched name(String name) {
        return new Some(Set.of(), Set.of(name), Set.of(), Set.of());
    }

    /** What a policy, as it was or as it is now, tells those at its ends. */
    static Touched policy(List<String> sources, List<String> targets, boolean restrictsEgress) {
        Set<String> told = new TreeSet<>(targets);
        if (restrictsEgress) {
            told.addAll(sources);
        }
        return new Some(Set.of(), Set.of(), told, Set.copyOf(sources));
    }

    /** Both. */
    default Touched and(Touched other) {
        return switch (this) {
            case Everything all -> all;
            case Some(var hosts, var names, var targets, var sources) ->
                switch (other) {
                    case Everything all -> all;
                    case Some also ->
                        new Some(
                                union(hosts, also.hosts()),
                                union(names, also.names()),
                                union(targets, also.targets()),
                                union(sources, also.sources()));
                };
        };
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }
}

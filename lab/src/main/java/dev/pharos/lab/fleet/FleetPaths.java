package dev.pharos.lab.fleet;

import dev.pharos.lab.pharos.AgentStatus;
import java.util.Map;
import java.util.Optional;

/** The path between any two members, as the agents that were asked have said. */
public record FleetPaths(Map<Member, AgentStatus> statuses) {
    public FleetPaths {
        statuses = Map.copyOf(statuses);
    }

    /**
     * The path of a pair: {@code direct}, {@code relay:NAME}, or {@code none} without a tunnel. The stock daemon of the
     * phone tells nobody, so its peers speak for it.
     */
    public String path(Member.Pair pair) {
        boolean askTheOther = pair.from() == Member.PHONE;
        Member asked = askTheOther ? pair.to() : pair.from();
        Member peer = askTheOther ? pair.from() : pair.to();
        return Optional.ofNullable(statuses.get(asked))
                .flatMap(status -> status.pathTo(peer.overlay()))
                .orElse("none");
    }
}

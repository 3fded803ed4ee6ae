package dev.pharos.lab.bench;

import dev.pharos.lab.run.Run;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** No tunnel at all. */
final class BareCable implements Contender {
    @Override
    public String name() {
        return LineUp.CABLE;
    }

    @Override
    public Set<Row> rows() {
        return EnumSet.of(Row.TCP_1, Row.TCP_4, Row.UDP, Row.SMALL, Row.PING);
    }

    @Override
    public Tunnel open(Run run) {
        Cable cable = Cable.lay(run);
        return new Tunnel(cable.client(), cable.server(), Cable.SERVER, List.of(), Optional.empty());
    }
}

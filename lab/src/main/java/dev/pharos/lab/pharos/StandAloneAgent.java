package dev.pharos.lab.pharos;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts {@code pharos-agent run --config} on a machine of the lab, as {@code StockNebula} starts the other one. */
public final class StandAloneAgent {
    private StandAloneAgent() {}

    /**
     * Starts a daemon on an ordinary Nebula configuration file.
     *
     * @param state its state directory, which makes its status readable
     */
    public static Daemon start(Namespace at, Artefacts artefacts, Path config, Path state) {
        return at.start(
                at.name(),
                List.of(artefacts.agent(), "run", "--config", config.toString(), "--state-dir", state.toString()),
                Map.of());
    }
}

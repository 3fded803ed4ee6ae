package dev.pharos.lab.nebula;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts the distribution's {@code nebula} on a machine of the lab. */
public final class StockNebula {
    private StockNebula() {}

    /** Starts a daemon on a configuration file. */
    public static Daemon start(Namespace at, Path config) {
        return start(at, "nebula", config);
    }

    /** Starts a daemon of a certain release on a configuration file. */
    public static Daemon start(Namespace at, StockRelease release, Path config) {
        return start(at, release.nebula().toString(), config);
    }

    private static Daemon start(Namespace at, String program, Path config) {
        return at.start(at.name() + "-nebula", List.of(program, "-config", config.toString()), Map.of());
    }
}

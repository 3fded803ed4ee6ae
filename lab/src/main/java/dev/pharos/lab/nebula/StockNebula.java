package dev.pharos.lab.nebula;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts the distribution's {@code nebula} on a machine of the lab. */
public final class StockNebula {
    private StockNebula() {}

    /** Writes the configuration to {@code file} and starts a daemon on it. */
    public static Daemon start(Namespace at, Path file, String yaml) {
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return at.start(at.name() + "-nebula", List.of("nebula", "-config", file.toString()), Map.of());
    }
}

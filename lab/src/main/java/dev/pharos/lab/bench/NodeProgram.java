package dev.pharos.lab.bench;

import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Daemon;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What runs on a Nebula configuration file. */
sealed interface NodeProgram {
    /** Starts it. */
    Daemon start(Namespace at, Path config);

    /** Lines of the configuration file that this program gets besides. */
    String settings();

    /** Stock nebula. */
    record Stock(StockRelease release) implements NodeProgram {
        @Override
        public Daemon start(Namespace at, Path config) {
            return StockNebula.start(at, release, config);
        }

        @Override
        public String settings() {
            return "";
        }
    }

    /**
     * Our agent.
     *
     * @param javaOptions such as {@code -Dpharos.cipher=jdk}, or empty
     */
    record Pharos(Artefacts artefacts, String settings, String javaOptions) implements NodeProgram {
        @Override
        public Daemon start(Namespace at, Path config) {
            return at.start(
                    at.name() + "-pharos",
                    List.of(artefacts.agent(), "run", "--config", config.toString()),
                    Map.of("PHAROS_JAVA_OPTIONS", javaOptions));
        }
    }
}

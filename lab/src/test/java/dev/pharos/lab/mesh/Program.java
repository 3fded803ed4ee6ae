package dev.pharos.lab.mesh;

import dev.pharos.lab.nebula.NebulaConfig;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.pharos.StandAloneAgent;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What runs a node; both read the same file. */
enum Program {
    STOCK,
    PHAROS;

    Daemon start(Run run, Namespace at, NebulaConfig config) throws IOException {
        Path file = Files.writeString(run.directory("config").resolve(at.name() + ".yml"), config.yaml());
        return switch (this) {
            case STOCK -> StockNebula.start(at, file);
            case PHAROS ->
                StandAloneAgent.start(
                        at, Artefacts.here(), file, run.directory("state").resolve(at.name()));
        };
    }
}

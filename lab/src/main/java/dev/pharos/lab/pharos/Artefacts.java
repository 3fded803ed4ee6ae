package dev.pharos.lab.pharos;

import dev.pharos.lab.run.LabException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs the build leaves behind. */
public record Artefacts(Path root) {
    /** Those of the repository the current directory lies in. */
    public static Artefacts here() {
        Path here = Path.of("").toAbsolutePath();
        for (Path directory = here; directory != null; directory = directory.getParent()) {
            if (Files.isExecutable(directory.resolve("pharos")) && Files.isDirectory(directory.resolve("lab"))) {
                return new Artefacts(directory);
            }
        }
        throw new LabException(here + " is not inside the repository");
    }

    /** The launcher of the agent. */
    public String agent() {
        return existing("agent/target/dist/bin/pharos-agent").toString();
    }

    /** The command that runs the control plane on the Java that runs the lab. */
    public List<String> controlPlane(String... options) {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC", "-Xmx384m"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-jar",
                existing("control-plane/target/pharos-control-plane.jar").toString()));
        return command;
    }

    private Path existing(String relative) {
        Path path = root.resolve(relative);
        if (!Files.exists(path)) {
            throw new LabException(path + " is not there; build it: mvn -q -DskipTests package");
        }
        return path;
    }
}

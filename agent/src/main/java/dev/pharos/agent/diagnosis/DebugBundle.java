package dev.pharos.agent.diagnosis;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.status.LocalClient;
import dev.pharos.agent.status.NetcheckPrint;
import dev.pharos.agent.status.StatusPrint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** One zip file with what is needed to understand this host from afar. Every text in it went through {@link Redaction}. */
public final class DebugBundle {
    /** What the agent is asked on its console, and the file that its answer becomes. */
    private static final Map<String, List<String>> CONSOLE = Map.of(
            "rules.txt", List.of("list-rules"),
            "log.txt", List.of("log"),
            "hostmap.json", List.of("list-hostmap", "-pretty"),
            "pending.json", List.of("list-pending-hostmap", "-pretty"),
            "lighthouse.json", List.of("list-lighthouse-addrmap", "-pretty"),
            "relays.json", List.of("print-relays", "-pretty"),
            "device.json", List.of("device-info", "-pretty"),
            "threads.txt", List.of("threads"));

    private final Path stateDirectory;
    private final Optional<Path> config;
    private final Map<String, String> files = new LinkedHashMap<>();

    /** @param config a stand-alone node's file, to be taken along without its secrets */
    public DebugBundle(Path stateDirectory, Optional<Path> config) {
        this.stateDirectory = stateDirectory;
        this.config = config;
    }

    /**
     * Collects and writes; what cannot be had is named in its place.
     *
     * @return the names of what is inside
     * @throws AgentException when the file is there already or cannot be written, or the host's own secrets not be read
     */
    public Set<String> write(Path file) throws AgentException {
        collect();
        try {
            Redaction redaction = Redaction.of(stateDirectory);
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(
                    Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                    StandardOpenOption.WRITE))) {
                for (Map.Entry<String, String> entry : files.entrySet()) {
                    zip.putNextEntry(new ZipEntry(entry.getKey()));
                    zip.write(redaction.apply(entry.getValue()).getBytes(StandardCharsets.UTF_8));
                    zip.closeEntry();
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new AgentException(file + " exists already; choose another --output");
        } catch (IOException e) {
            throw new AgentException("cannot write " + file + ": " + e.getMessage(), e);
        }
        return files.keySet();
    }

    private void collect() {
        add(
                "version.txt",
                () -> "pharos-agent " + AgentVersion.current() + " (" + AgentVersion.platform() + ")\nLinux "
                        + System.getProperty("os.version") + "\nJava " + Runtime.version() + "\n");
        try (LocalClient client = LocalClient.connect(stateDirectory)
                .orElseThrow(() -> new AgentException("no agent runs on " + stateDirectory))) {
            add("status.json", () -> StatusPrint.json(client.check()));
            add("netcheck.json", () -> NetcheckPrint.json(client.netcheck()));
            CONSOLE.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(question -> add(question.getKey(), () -> client.debug(question.getValue())));
        } catch (AgentException e) {
            files.put("agent.txt", e.getMessage() + "\n");
        }
        config.ifPresent(path -> add("config.yml", () -> Files.readString(path)));
        Machine.COMMANDS.forEach((name, command) -> add(name, () -> Machine.run(command)));
        Machine.FILES.forEach((name, path) -> add(name, () -> Files.readString(path)));
    }

    private void add(String name, Callable<String> content) {
        String text;
        try {
            text = content.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            text = "interrupted\n";
        } catch (Exception e) {
            text = "not to be had: " + e.getMessage() + "\n";
        }
        files.put(name, text);
    }
}

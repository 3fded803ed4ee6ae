package dev.pharos.agent.config;

import dev.pharos.agent.config.NebulaKeys.NebulaKey;
import dev.pharos.agent.config.NebulaKeys.Reload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A Nebula configuration file, or a directory of them, that can be read again while a node runs by it. */
public final class ConfigFile {
    /** What cannot change while running, by the part of the name that no list or free key follows. */
    private static final Set<String> FIXED = fixed();

    private final Path path;
    private final Section content;
    private final NebulaConfig config;

    private ConfigFile(Path path, Section content) throws ConfigException {
        this.path = path;
        this.content = content;
        this.config = NebulaConfig.read(content);
    }

    /**
     * Reads and checks it, and the files that it names.
     *
     * @throws ConfigException at the first mistake
     */
    public static ConfigFile read(Path path) throws ConfigException {
        return new ConfigFile(path, ConfigFiles.read(path));
    }

    public NebulaConfig config() {
        return config;
    }

    /**
     * What came of reading it again.
     *
     * @param file in which keys that only a restart brings into force have their old values
     * @param waiting the names of those among them that changed
     */
    public record Reread(ConfigFile file, List<String> waiting) {}

    /**
     * Reads it again.
     *
     * @throws ConfigException at the first mistake; this one is still good then
     */
    public Reread again() throws ConfigException {
        Section next = ConfigFiles.read(path);
        List<String> waiting = new ArrayList<>();
        for (String key : FIXED) {
            if (!Objects.equals(content.raw(key), next.raw(key))) {
                waiting.add(key);
                next = next.with(key, content.raw(key));
            }
        }
        return new Reread(new ConfigFile(path, next), List.copyOf(waiting));
    }

    private static Set<String> fixed() {
        Set<String> names = new LinkedHashSet<>();
        for (NebulaKey key : NebulaKeys.ALL) {
            if (key.reload() == Reload.NO) {
                names.add(key.name().replaceFirst("(\\[]|\\.\\*).*", ""));
            }
        }
        return names;
    }
}

package dev.pharos.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads a YAML file into its top section. */
final class YamlFile {
    /** A blocklist of fifty thousand fingerprints fits; a mistaken path to a disk image does not. */
    private static final int MAX_BYTES = 4 << 20;

    private static final int MAX_DEPTH = 20;

    private YamlFile() {}

    static Section read(Path file) throws ConfigException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file, "", "is larger than 4 MiB, which no configuration file is");
            }
            return parse(file, Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException(file, "", "no such file");
        } catch (IOException e) {
            throw new ConfigException(file, "", "cannot be read: " + reason(e));
        }
    }

    static Section parse(Path file, String text) throws ConfigException {
        LoaderOptions limits = new LoaderOptions();
        limits.setAllowDuplicateKeys(false);
        limits.setNestingDepthLimit(MAX_DEPTH);
        limits.setCodePointLimit(MAX_BYTES);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(new SafeConstructor(limits), new Representer(unused), unused, limits, new TextResolver());
        try {
            return section(file, yaml.load(text));
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : "line " + (e.getProblemMark().getLine() + 1) + ": ";
            throw new ConfigException(file, "", where + e.getProblem());
        } catch (YAMLException e) {
            throw new ConfigException(file, "", "is not YAML: " + e.getMessage());
        }
    }

    private static Section section(Path file, Object content) throws ConfigException {
        return switch (content) {
            case null -> new Section(file, Map.of());
            case Map<?, ?> map -> new Section(file, stringKeys(map));
            default -> throw new ConfigException(file, "", "is not a configuration: its top level is no mapping");
        };
    }

    static Map<String, Object> stringKeys(Map<?, ?> map) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                result.put(String.valueOf(key), value);
            }
        });
        return result;
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }

    /** Knows null and merge keys, and leaves every other scalar text. */
    private static final class TextResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}

package dev.pharos.agent.config;

import dev.pharos.agent.AgentException;
import java.nio.file.Path;

/** A mistake in a configuration file, as one line: file, key, reason. */
public final class ConfigException extends AgentException {
    private static final long serialVersionUID = 1L;

    /** @param key empty when the whole file is meant */
    public ConfigException(Path file, String key, String reason) {
        super(file + ": " + (key.isEmpty() ? "" : key + ": ") + reason);
    }
}

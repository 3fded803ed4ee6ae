package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import java.util.Optional;

/** One thing that the state directory keeps until it is deleted. */
public final class StateFile<T> {
    private final StateDirectory directory;
    private final String name;
    private final Class<T> type;

    StateFile(StateDirectory directory, String name, Class<T> type) {
        this.directory = directory;
        this.name = name;
        this.type = type;
    }

    /**
     * What was written last; empty when nothing was, or it was deleted.
     *
     * @throws AgentException when it cannot be read as what it was
     */
    public Optional<T> read() throws AgentException {
        return directory.read(name, type);
    }

    /** On the disk when this returns. */
    public void write(T value) throws AgentException {
        directory.write(name, value);
    }

    public void delete() throws AgentException {
        directory.delete(name);
    }
}

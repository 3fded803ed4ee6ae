package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import java.nio.file.Path;

/** A file of the state directory is not what this agent wrote. It is left as it is, and no other is made in its place. */
final class DamagedStateException extends AgentException {
    private static final long serialVersionUID = 1L;

    DamagedStateException(Path file, String reason) {
        super(file + " is damaged (" + reason + "); restore it from a backup, or remove the directory "
                + file.getParent() + " and enrol this host again");
    }
}

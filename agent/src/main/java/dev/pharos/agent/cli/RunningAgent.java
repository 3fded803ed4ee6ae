package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.status.LocalClient;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the daemon that a command is about. */
final class RunningAgent {
    private RunningAgent() {}

    /**
     * Connects to it.
     *
     * @throws AgentException that says whether the host is not enrolled, or only nothing runs
     */
    static LocalClient connect(Path directory) throws AgentException {
        Optional<LocalClient> client = LocalClient.connect(directory);
        if (client.isPresent()) {
            return client.get();
        }
        StateDirectory.openExisting(directory).requireEnrolled();
        throw new AgentException("no agent runs on " + directory + "; start it with: pharos-agent run");
    }
}

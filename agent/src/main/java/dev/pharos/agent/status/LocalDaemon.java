package dev.pharos.agent.status;

import dev.pharos.agent.AgentException;

/** What the daemon does for the commands. Called from any thread; each call may block for some seconds. */
public interface LocalDaemon {
    StatusReport status();

    /**
     * Measures one round trip to a host, by name or overlay address, over the tunnel that its traffic uses.
     *
     * @throws AgentException when there is no such host or no answer came
     */
    PingReply ping(String host) throws AgentException;

    /**
     * Takes the host out of the mesh, wipes its keys and ends the daemon.
     *
     * @throws AgentException when the control plane could not be told; nothing is wiped then
     */
    void leave() throws AgentException;
}

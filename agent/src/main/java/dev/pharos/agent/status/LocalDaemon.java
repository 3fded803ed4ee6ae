package dev.pharos.agent.status;

import dev.pharos.agent.AgentException;
import java.util.List;

/** What the daemon does for the commands. Called from any thread; each call may block for some seconds. */
public interface LocalDaemon {
    StatusReport status();

    /** The status, after asking lighthouses that have been silent: takes some seconds where none answers. */
    StatusReport check();

    /**
     * Measures one round trip to a host, by name or overlay address, over the tunnel that its traffic uses.
     *
     * @throws AgentException when there is no such host or no answer came
     */
    PingReply ping(String host) throws AgentException;

    /**
     * What the firewall says to a flow between this host and another one.
     *
     * @param service protocol, slash, port
     * @throws AgentException when it is not about this host, or the other one does not answer and so is not known
     */
    ExplainReply explain(String source, String destination, String service) throws AgentException;

    /**
     * What can be reached; takes some seconds where something cannot.
     *
     * @throws AgentException when there is nothing to check yet
     */
    NetcheckReport netcheck() throws AgentException;

    /**
     * A command of the debug console.
     *
     * @throws AgentException when there is no such command, or it cannot be done
     */
    String debug(List<String> arguments) throws AgentException;

    /**
     * Takes the host out of the mesh, wipes its keys and ends the daemon.
     *
     * @throws AgentException when the control plane could not be told; nothing is wiped then
     */
    void leave() throws AgentException;
}

package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;

/** What goes on while this host waits to be approved. */
public interface WhileWaiting {
    /**
     * Begins, once the control plane has said that it has to be.
     *
     * @param host the id under which administrators find it
     */
    Ended begin(String host) throws AgentException;

    /** Ends it, one way or the other. */
    interface Ended extends AutoCloseable {
        @Override
        void close();
    }
}

package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.HostReport;
import java.util.List;

/** What makes a bundle take effect. Called from the link's threads. */
public interface Enforcer {
    /** A bundle that can take effect. */
    interface Prepared {
        /** Makes it so, and returns when it is. */
        void enforce();
    }

    /**
     * Reads a bundle that is not on the disk yet.
     *
     * @throws AgentException when this host could not enforce it; it then keeps the one it has
     */
    Prepared prepare(Bundle bundle) throws AgentException;

    /** What the bundle asks of this machine and does not work here, in words, for the report. */
    List<String> unmet();

    /** The tunnels there are, for the report. */
    List<HostReport.Peer> peers();
}

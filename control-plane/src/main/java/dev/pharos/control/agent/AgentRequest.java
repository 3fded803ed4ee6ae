package dev.pharos.control.agent;

import dev.pharos.protocol.bundle.SigningPublicKey;
import jakarta.servlet.http.HttpServletRequest;

/** A request whose signature holds. */
public sealed interface AgentRequest {
    /** From a host that has joined and is not blocked. */
    record FromHost(String hostId, String networkId) implements AgentRequest {}

    /** From whoever holds this key, who wants to join. */
    record FromKey(SigningPublicKey key) implements AgentRequest {}

    /** The host behind a request that is not an enrolment. */
    static FromHost host(HttpServletRequest request) {
        return (FromHost) request.getAttribute(AgentRequest.class.getName());
    }

    /** The key behind an enrolment. */
    static FromKey key(HttpServletRequest request) {
        return (FromKey) request.getAttribute(AgentRequest.class.getName());
    }
}

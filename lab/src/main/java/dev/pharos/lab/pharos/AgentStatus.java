package dev.pharos.lab.pharos;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What {@code pharos-agent status --json} prints. */
public record AgentStatus(JsonNode json) {
    /** {@code direct} or {@code relay:NAME}, when there is a tunnel to that overlay address. */
    public Optional<String> pathTo(String overlay) {
        return peer(overlay).map(peer -> peer.path("path").asString(""));
    }

    /** The round-trip time in milliseconds, when one was measured. */
    public Optional<Double> roundTrip(String overlay) {
        return peer(overlay)
                .map(peer -> peer.path("rttMs"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble);
    }

    /** Whether its last request to the control plane was answered. */
    public boolean connected() {
        return json.path("controlPlane").path("connected").asBoolean(false);
    }

    private Optional<JsonNode> peer(String overlay) {
        return json.path("peers")
                .valueStream()
                .filter(peer -> peer.path("address").asString("").equals(overlay))
                .findFirst();
    }
}

package dev.pharos.lab.pharos;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One network of a control plane, where everyone may ping and send TCP, and its agents on machines of the lab.
 *
 * @param id of the network
 */
record Overlay(Run run, Api api, String name, String id) {
    /** Makes it, with these fields beside its name. */
    static Overlay create(Run run, Api api, String name, Map<String, ?> fields) {
        Map<String, Object> body = new HashMap<>(fields);
        body.put("name", name);
        String id = api.post("/api/v1/networks", body).path("id").asString();
        api.post(
                "/api/v1/policies",
                Map.of(
                        "name",
                        "open",
                        "from",
                        List.of("any"),
                        "to",
                        List.of("any"),
                        "allow",
                        List.of(Map.of("protocol", "icmp"), Map.of("protocol", "tcp")),
                        "networkId",
                        id));
        return new Overlay(run, api, name, id);
    }

    /** A token for one host of that name. */
    String token(String host, Map<String, ?> fields) {
        Map<String, Object> body = new HashMap<>(fields);
        body.put("name", host);
        body.put("host", Map.of("name", host));
        body.put("networkId", id);
        return api.post("/api/v1/enrollment-tokens", body).path("token").asString();
    }

    /** An agent that has not joined yet, with a device of its own if another runs on that machine. */
    Agent agent(String host, Namespace at, String device) {
        return new Agent(at, Artefacts.here(), run.directory("state-" + name).resolve(host), device);
    }

    Agent join(String host, Namespace at) {
        return join(host, at, "pharos0");
    }

    Agent join(String host, Namespace at, String device) {
        Agent agent = agent(host, at, device);
        agent.up(token(host, Map.of()));
        return agent;
    }

    /** Lets a host find and carry the others from now on. */
    void serveAsLighthouse(String host, String endpoint) {
        api.patch(resource(host), Map.of("lighthouse", true, "relay", true, "endpoints", List.of(endpoint)));
    }

    /** Where the API keeps the host of that name. */
    String resource(String host) {
        return api.get("/api/v1/hosts?networkId=" + id + "&q=" + host)
                .path("items")
                .valueStream()
                .filter(each -> each.path("name").asString().equals(host))
                .map(each -> "/api/v1/hosts/" + each.path("id").asString())
                .findFirst()
                .orElseThrow();
    }
}

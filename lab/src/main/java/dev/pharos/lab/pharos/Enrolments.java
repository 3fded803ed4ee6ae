package dev.pharos.lab.pharos;

import dev.pharos.lab.run.LabException;
import java.util.List;
import java.util.Map;

/** Lets hosts of the lab into the mesh, and finds them again in the API. */
public record Enrolments(Api api) {
    /**
     * A token for one host of that name, good for an hour.
     *
     * @param overlay its address in the mesh, without the length of its prefix
     */
    public String token(String name, String overlay, List<String> groups) {
        return api.post(
                        "/api/v1/enrollment-tokens",
                        Map.of(
                                "name",
                                name,
                                "maxUses",
                                1,
                                "expiresIn",
                                "PT1H",
                                "groups",
                                groups,
                                "host",
                                Map.of("name", name, "address", overlay)))
                .path("token")
                .asString();
    }

    /** Where the API keeps the host of that name. */
    public String resource(String name) {
        return api.get("/api/v1/hosts?q=" + name)
                .path("items")
                .valueStream()
                .filter(host -> host.path("name").asString().equals(name))
                .map(host -> "/api/v1/hosts/" + host.path("id").asString())
                .findFirst()
                .orElseThrow(() -> new LabException("the control plane does not list " + name));
    }

    /** Lets {@code from} reach {@code to}; each is a selector of policies. */
    public void allow(String name, List<String> from, List<String> to, Map<String, String> what) {
        api.post("/api/v1/policies", Map.of("name", name, "from", from, "to", to, "allow", List.of(what)));
    }
}

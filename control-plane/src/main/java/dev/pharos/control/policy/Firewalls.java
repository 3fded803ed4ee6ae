package dev.pharos.control.policy;

import dev.pharos.control.policy.Firewall.Statement;
import dev.pharos.protocol.VpnAddress;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads the policies of a network. */
@Component
public class Firewalls {
    private static final TypeReference<List<Allow>> ALLOW = new TypeReference<>() {};

    private final JsonMapper json;

    Firewalls(JsonMapper json) {
        this.json = json;
    }

    /**
     * Reads the enabled policies of a network.
     *
     * @param snapshot whose transaction everything is read in
     * @param addresses of the network's hosts by name
     */
    public Firewall read(JdbcClient snapshot, String networkId, Map<String, List<VpnAddress>> addresses) {
        List<Statement> statements = snapshot.sql(
                        "select sources, targets, allow, restricts_egress from policy where network_id = ? and enabled"
                                + " order by id")
                .param(networkId)
                .query((row, _) -> Statement.of(
                        List.of((String[]) row.getArray(1).getArray()),
                        List.of((String[]) row.getArray(2).getArray()),
                        json.readValue(row.getString(3), ALLOW),
                        row.getBoolean(4)))
                .list();
        return new Firewall(statements, addresses);
    }
}

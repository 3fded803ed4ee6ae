package dev.pharos.lab.bench;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Two hosts that only reach a third, which is lighthouse and relay for them; all three run the same program. */
record Relayed(String name, Set<Row> rows, NodeProgram program) implements Contender {
    private static final String RELAY = "10.77.0.3";
    private static final String RELAY_NEAR = "198.51.100.3";
    private static final String RELAY_FAR = "203.0.113.3";

    @Override
    public Tunnel open(Run run) {
        Namespace client = Namespace.create(run, "client");
        Namespace relay = Namespace.create(run, "relay");
        Namespace server = Namespace.create(run, "server");
        Cable.join(client, "eth0", "198.51.100.1", relay, "eth0", RELAY_NEAR);
        Cable.join(server, "eth0", "203.0.113.2", relay, "eth1", RELAY_FAR);
        NebulaAuthority authority = new NebulaAuthority(run.directory("pki"));
        String own = """
            lighthouse: {am_lighthouse: true}
            relay: {am_relay: true}
            """;
        Daemon between = start(run, authority, relay, RELAY, own);
        Daemon far = start(run, authority, server, Cable.INNER_SERVER, through(RELAY_FAR));
        Daemon near = start(run, authority, client, Cable.INNER_CLIENT, through(RELAY_NEAR));
        Cable.awaitReply(client, Cable.INNER_SERVER);
        return new Tunnel(client, server, Cable.INNER_SERVER, List.of(near, between, far), Optional.empty());
    }

    private Daemon start(Run run, NebulaAuthority authority, Namespace host, String inner, String own) {
        Daemon daemon = program.start(host, NebulaPair.file(run, authority, host, inner, own + program.settings()));
        Cable.awaitListening(host, inner);
        return daemon;
    }

    private static String through(String relay) {
        return """
            static_host_map: {"%1$s": ["%2$s:4242"]}
            lighthouse: {am_lighthouse: false, interval: 10, hosts: ["%1$s"]}
            relay: {use_relays: true, relays: ["%1$s"]}
            """.formatted(RELAY, relay);
    }
}

package dev.pharos.lab.bench;

import dev.pharos.lab.nebula.NebulaAuthority;
import dev.pharos.lab.nebula.NebulaIdentity;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Two hosts of a Nebula network that know each other's address, each with a program of its own on the same configuration.
 *
 * @param near the program of the side that sends
 * @param far the program of the side that receives
 */
record NebulaPair(String name, Set<Row> rows, NodeProgram near, NodeProgram far) implements Contender {
    @Override
    public Tunnel open(Run run) {
        Cable cable = Cable.lay(run);
        NebulaAuthority authority = new NebulaAuthority(run.directory("pki"));
        Daemon server = far.start(
                cable.server(),
                file(
                        run,
                        authority,
                        cable.server(),
                        Cable.INNER_SERVER,
                        knows(Cable.INNER_CLIENT, Cable.CLIENT) + far.settings()));
        Cable.awaitListening(cable.server(), Cable.INNER_SERVER);
        Path clients = file(
                run,
                authority,
                cable.client(),
                Cable.INNER_CLIENT,
                knows(Cable.INNER_SERVER, Cable.SERVER) + near.settings());
        long started = System.nanoTime();
        Daemon client = near.start(cable.client(), clients);
        Cable.awaitReply(cable.client(), Cable.INNER_SERVER);
        Duration firstReply = Duration.ofNanos(System.nanoTime() - started);
        return new Tunnel(
                cable.client(), cable.server(), Cable.INNER_SERVER, List.of(client, server), Optional.of(firstReply));
    }

    private static String knows(String inner, String outer) {
        return """
            static_host_map: {"%s": ["%s:4242"]}
            lighthouse: {am_lighthouse: false, hosts: []}
            """.formatted(inner, outer);
    }

    /** Writes a host's configuration: what all have in common, and {@code own} lines. */
    static Path file(Run run, NebulaAuthority authority, Namespace host, String inner, String own) {
        NebulaIdentity identity = authority.issue(host.name(), inner + "/24", List.of());
        String text = """
            pki: {ca: %s, cert: %s, key: %s}
            listen: {host: 0.0.0.0, port: 4242, read_buffer: 8388608, write_buffer: 8388608}
            tun: {dev: nebula1, mtu: 1300, tx_queue: 1000}
            logging: {level: error, format: text}
            firewall:
              outbound: [{port: any, proto: any, host: any}]
              inbound: [{port: any, proto: any, host: any}]
            """.formatted(identity.authority(), identity.certificate(), identity.key());
        try {
            return Files.writeString(run.directory("config").resolve(host.name() + ".yml"), text + own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

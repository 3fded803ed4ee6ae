package dev.pharos.lab.bench;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Daemon;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A tunnel that stands.
 *
 * @param client the machine that asks
 * @param server the machine that is asked
 * @param address the server's, through the tunnel
 * @param carriers the processes that carry it, none for a bare cable
 * @param firstReply how long after the client's process was started the first echo request was answered; empty where
 *     nothing was started that could be compared
 */
record Tunnel(
        Namespace client, Namespace server, String address, List<Daemon> carriers, Optional<Duration> firstReply) {}

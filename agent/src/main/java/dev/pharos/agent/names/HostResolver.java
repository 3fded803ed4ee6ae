package dev.pharos.agent.names;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** How this machine finds out what names mean. */
sealed interface HostResolver extends AutoCloseable permits ResolvConf, SystemdResolved {
    /**
     * What it is to be told.
     *
     * @param server that answers for the network
     * @param zone whose names go there, and in which short names are looked for
     * @param reverseZones that go there too
     */
    record Wish(String device, InetAddress server, String zone, List<String> reverseZones) {}

    /** Tells it, until {@link #close}. */
    void set(Wish wish) throws IOException;

    /** Whom our server asks for names that are not the network's; nobody when none of them comes to us. */
    List<InetSocketAddress> upstreams();

    /** Leaves it as it was before. */
    @Override
    void close() throws IOException;
}

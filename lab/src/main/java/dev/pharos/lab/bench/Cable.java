package dev.pharos.lab.bench;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Run;
import java.time.Duration;

/** Two machines and a pair of virtual Ethernet devices between them. */
record Cable(Namespace client, Namespace server) {
    /** The client's address on the cable. */
    static final String CLIENT = "192.0.2.1";

    /** The server's address on the cable. */
    static final String SERVER = "192.0.2.2";

    /** The client's address in the tunnel; the mask has 24 bits. */
    static final String INNER_CLIENT = "10.77.0.1";

    /** The server's address in the tunnel. */
    static final String INNER_SERVER = "10.77.0.2";

    private static final Duration UP = Duration.ofSeconds(20);

    static Cable lay(Run run) {
        Cable cable = new Cable(Namespace.create(run, "client"), Namespace.create(run, "server"));
        join(cable.client, "eth0", CLIENT, cable.server, "eth0", SERVER);
        return cable;
    }

    /** Lays one more cable. */
    static void join(Namespace one, String device, String address, Namespace other, String its, String itsAddress) {
        one.ip("link add " + device + " type veth peer name " + its + " netns " + other.fullName());
        one.ip("addr add " + address + "/24 dev " + device, "link set " + device + " up");
        other.ip("addr add " + itsAddress + "/24 dev " + its, "link set " + its + " up");
    }

    /** Waits until a machine has an address in the tunnel and something listens for UDP on it. */
    static void awaitListening(Namespace machine, String inner) {
        Await.until(machine.name() + " to listen", UP, () -> {
            String state = machine.run("cat", "/proc/net/udp", "/proc/net/udp6");
            return state.lines().count() > 2
                    && machine.run("ip", "-brief", "addr").contains(inner);
        });
    }

    /** Waits for the first answer to a hundred echo requests a second. */
    static void awaitReply(Namespace from, String address) {
        Await.until(
                "an answer from " + address,
                UP,
                () -> from.attempt(UP, "ping", "-nq", "-i", "0.01", "-c", "1", "-w", "5", address)
                        .succeeded());
    }
}

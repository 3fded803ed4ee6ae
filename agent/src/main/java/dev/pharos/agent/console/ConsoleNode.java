package dev.pharos.agent.console;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.mesh.MeshConsole;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import java.util.List;
import java.util.Optional;

/** The node that the console is about. Called from any thread. */
public interface ConsoleNode {
    /** Something asked of the mesh, with the time on its clock. */
    @FunctionalInterface
    interface Question<T> {
        T answer(MeshConsole mesh, long now);
    }

    /** Asks on the mesh's thread and waits. */
    <T> T ask(Question<T> question);

    /** This host's certificates. */
    List<Certificate> certificates();

    /** The certificate of a peer with a tunnel. */
    Optional<Certificate> certificateOf(VpnAddress address);

    /** The device's name, its addresses and size, as they are called in nebula's console. */
    Device device();

    /** The firewall's rules, one a line. */
    List<String> rules();

    /** Reads the configuration again, as SIGHUP does. */
    void reload() throws AgentException;

    /** The overlay's device. */
    record Device(String name, List<String> cidr, int mtu, int udpPort) {}
}

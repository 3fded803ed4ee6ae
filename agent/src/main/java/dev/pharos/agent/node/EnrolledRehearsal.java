package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.ControlLink;
import dev.pharos.agent.control.RehearsedEnrolment;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.dataplane.RehearsalTransfer;
import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.LibraryLogs;
import dev.pharos.agent.status.LocalClient;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.HostPort;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.TopologyPart;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A short life of an enrolled host and its lighthouse in one process, with a control plane that has nothing new: run once
 * while the distribution is made, so that the AOT cache has the classes that such a host needs and no others, and knows how
 * they are used. Needs no privileges.
 */
public final class EnrolledRehearsal {
    private static final String NEAR = "10.42.0.2";
    private static final String FAR = "10.42.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final RehearsedEnrolment enrolment;
    private final EventLog log;

    private EnrolledRehearsal(URI controlPlane, Pin pin, EventLog log) {
        this.enrolment = new RehearsedEnrolment(controlPlane, pin, Rehearsal.authority());
        this.log = log;
    }

    /** Works in the directory, which is to be removed afterwards. */
    public static void run(Path directory, URI controlPlane, Pin pin, EventLog log)
            throws AgentException, MalformedException, InterruptedException {
        LibraryLogs.writeTo(log);
        EnrolledRehearsal rehearsal = new EnrolledRehearsal(controlPlane, pin, log);
        int arrived = rehearsal.jdk(directory.resolve("jdk"));
        arrived += rehearsal.life(directory.resolve("chosen"), PATIENCE);
        log.debug("rehearsed", "packets", arrived);
    }

    /** As {@link #run}, the byte path of the running host alone; answers how many packets came out at the far end. */
    static int transfer(Path directory, URI controlPlane, Pin pin, EventLog log)
            throws AgentException, MalformedException, InterruptedException {
        return new EnrolledRehearsal(controlPlane, pin, log).life(directory, Duration.ZERO);
    }

    /** A small part for the JDK's cipher: enough to be known, too little to be compiled into every packet's way. */
    private int jdk(Path directory) throws AgentException, MalformedException {
        FastCiphers ciphers = FastCiphers.ofTheJdk("rehearsed");
        try (StandInDevice near = StandInDevice.open();
                StandInDevice far = StandInDevice.open();
                Node lighthouse = lighthouse(directory, far, ciphers);
                Node _ = node(host(directory, lighthouse), near, ciphers)) {
            return transfer(near, far, Rehearsal.LARGE_PACKETS / 10);
        } catch (LinuxException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The host runs as {@code pharos-agent run} does, until it is interrupted. */
    private int life(Path directory, Duration patience)
            throws AgentException, MalformedException, InterruptedException {
        try (StandInDevice near = StandInDevice.open();
                StandInDevice far = StandInDevice.open();
                Node lighthouse = lighthouse(directory, far, FastCiphers.choose());
                StateDirectory state = host(directory, lighthouse)) {
            Thread host = Thread.ofPlatform().name("host").start(() -> live(state, near));
            int arrived = transfer(near, far, Rehearsal.LARGE_PACKETS);
            log.debug("rehearsed", "connected", connects(state.path(), patience));
            host.interrupt();
            host.join();
            return arrived;
        } catch (LinuxException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
    }

    private void live(StateDirectory state, StandInDevice device) {
        try {
            new Managed(state, log, (_, _) -> List.of(device.device())).run();
        } catch (InterruptedException e) {
            log.debug("rehearsed host ends");
        } catch (AgentException e) {
            log.error("rehearsed host ended", "why", e.getMessage());
        }
    }

    private static boolean connects(Path state, Duration patience) throws AgentException {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            try (LocalClient client = LocalClient.connect(state)
                    .orElseThrow(() -> new AgentException("the rehearsed host does not answer"))) {
                if (Optional.ofNullable(client.status().controlPlane()).stream().anyMatch(link -> link.connected())) {
                    return true;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return false;
    }

    private Node lighthouse(Path directory, StandInDevice device, FastCiphers ciphers)
            throws AgentException, MalformedException {
        try (StateDirectory state = enrolment.write(directory.resolve("far"), "far", at(FAR), List.of())) {
            return node(state, device, ciphers);
        }
    }

    private StateDirectory host(Path directory, Node lighthouse) throws AgentException, MalformedException {
        return enrolment.write(
                directory.resolve("near"),
                "near",
                at(NEAR),
                List.of(new TopologyPart.Lighthouse(
                        "far", VpnAddress.parse(FAR), List.of(new HostPort("127.0.0.1", lighthouse.port())))));
    }

    private Node node(StateDirectory state, StandInDevice device, FastCiphers ciphers) throws AgentException {
        try (ControlLink link = ControlLink.open(state, log, InstantSource.system(), new SecureRandom())) {
            return Node.rehearse(ManagedNode.settings(link.bundle(), link), log, device.device(), ciphers);
        }
    }

    private static VpnPrefix at(String address) throws MalformedException {
        return VpnPrefix.parse(address + "/24");
    }

    private static int transfer(StandInDevice near, StandInDevice far, int packets) throws MalformedException {
        return new RehearsalTransfer(
                        new RehearsalTransfer.Host(near, VpnAddress.parse(NEAR)),
                        new RehearsalTransfer.Host(far, VpnAddress.parse(FAR)))
                .run(packets);
    }
}

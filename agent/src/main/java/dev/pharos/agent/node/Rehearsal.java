package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.dataplane.RehearsalTransfer;
import dev.pharos.agent.linux.FastCiphers;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.StandInDevice;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.LibraryLogs;
import dev.pharos.agent.mesh.PeerMemory;
import dev.pharos.agent.status.LocalClient;
import dev.pharos.agent.status.LocalServer;
import dev.pharos.agent.status.StatusPrint;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CaKey;
import dev.pharos.protocol.cert.CaRequest;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.cert.CertificateRequest;
import dev.pharos.protocol.cert.CertificateSigner;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * A short life of two nodes with configuration files in one process, on loopback and without a device: run once while the
 * distribution is made, so that the classes that such an agent needs are in its AOT cache, and what the compiler has to know
 * about the methods that every packet goes through. Needs no privileges. {@link EnrolledRehearsal} is the other kind's.
 */
public final class Rehearsal {
    static final int LARGE_PACKETS = 4000;

    private static final String INBOUND_SERVICE =
            "  inbound: [{port: any, proto: icmp, host: any}, {port: 22, proto: any, group: g}]\n";
    private static final String INBOUND_ANY = "  inbound: [{port: any, proto: any, host: any}]\n";
    private static final String NO_DEVICE = "tun: {disabled: true}\n";
    private static final String NEAR = "10.42.0.2";
    private static final String FAR = "10.42.0.1";
    private static final Instant BEFORE = Instant.EPOCH;
    private static final Instant AFTER = Instant.parse("2100-01-01T00:00:00Z");

    private final Path directory;
    private final EventLog log;
    private final CertificateSigner signer;

    private Rehearsal(Path directory, EventLog log) {
        this.directory = directory;
        this.log = log;
        signer = authority();
    }

    /** A network of its own. */
    static CertificateSigner authority() {
        CaKey key = CaKey.generate(Curve.CURVE25519, new SecureRandom());
        return CertificateSigner.of(
                CertificateSigner.selfSign(
                        CaRequest.unconstrained(CertificateVersion.V1, "rehearsal", BEFORE, AFTER), key),
                key);
    }

    /** Works in the directory, which is to be removed afterwards. */
    public static void run(Path directory, EventLog log) throws AgentException, IOException, MalformedException {
        LibraryLogs.writeTo(log);
        Rehearsal rehearsal = new Rehearsal(directory, log);
        rehearsal.nodes();
        rehearsal.bytes();
    }

    private void nodes() throws AgentException, IOException, MalformedException {
        Path one = config("a", "10.42.0.1/24", INBOUND_SERVICE + "lighthouse: {am_lighthouse: true}\n" + NO_DEVICE);
        try (Node first = start(one)) {
            Path two = config(
                    "b",
                    "10.42.0.2/24",
                    INBOUND_SERVICE + "static_host_map: {10.42.0.1: [\"127.0.0.1:" + first.port() + "\"]}\n"
                            + "lighthouse: {hosts: [10.42.0.1]}\n" + NO_DEVICE);
            try (Node second = start(two);
                    LocalServer _ = LocalServer.start(
                            directory,
                            new NodeDaemon(() -> second, new StandAlone.Unmanaged(() -> {}, () -> 0), log),
                            log);
                    LocalClient client = LocalClient.connect(directory).orElseThrow()) {
                client.ping("10.42.0.1");
                log.debug(StatusPrint.table(client.status(), Instant.now()));
                log.debug(StatusPrint.json(client.status()));
            }
        }
    }

    /**
     * Transfers through the whole byte path, so that the cache also knows how that is used. The JDK's cipher has a small
     * part: enough to be known, too little to be compiled into every packet's way where another one is used.
     */
    private void bytes() throws AgentException, IOException, MalformedException {
        int arrived = transfer(FastCiphers.ofTheJdk("rehearsed"), INBOUND_ANY, LARGE_PACKETS / 10);
        arrived += transfer(FastCiphers.choose(), INBOUND_SERVICE, LARGE_PACKETS);
        log.debug("rehearsed", "packets", arrived);
    }

    /** As {@link #run}, the byte path alone; answers how many packets came out at the far end. */
    static int transfer(Path directory, EventLog log) throws AgentException, IOException, MalformedException {
        return new Rehearsal(directory, log).transfer(FastCiphers.choose(), INBOUND_SERVICE, LARGE_PACKETS);
    }

    private int transfer(FastCiphers ciphers, String inbound, int packets)
            throws AgentException, IOException, MalformedException {
        try (StandInDevice near = StandInDevice.open();
                StandInDevice far = StandInDevice.open();
                Node first =
                        start(config("d", FAR + "/24", inbound + "lighthouse: {am_lighthouse: true}"), far, ciphers);
                Node _ = start(
                        config(
                                "e",
                                NEAR + "/24",
                                inbound + "static_host_map: {" + FAR + ": [\"127.0.0.1:" + first.port() + "\"]}"),
                        near,
                        ciphers)) {
            return new RehearsalTransfer(
                            new RehearsalTransfer.Host(near, VpnAddress.parse(NEAR)),
                            new RehearsalTransfer.Host(far, VpnAddress.parse(FAR)))
                    .run(packets);
        } catch (LinuxException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
    }

    private Node start(Path config, StandInDevice device, FastCiphers ciphers) throws AgentException {
        return Node.rehearse(NebulaNode.settings(NebulaConfig.read(config)), log, device.device(), ciphers);
    }

    private Node start(Path config) throws AgentException {
        return Node.start(
                NebulaNode.settings(NebulaConfig.read(config)),
                PeerMemory.EMPTY,
                InstantSource.system(),
                log,
                () -> {});
    }

    private Path config(String name, String network, String more) throws IOException, MalformedException {
        HostKey key = HostKey.generate(Curve.CURVE25519, new SecureRandom());
        Certificate certificate = sign(name, VpnPrefix.parse(network), key);
        String yaml = "pki:\n  ca: |\n"
                + CertificatePem.format(List.of(signer.authority())).indent(4) + "  cert: |\n"
                + CertificatePem.format(List.of(certificate)).indent(4) + "  key: |\n"
                + key.toPem().indent(4)
                + "listen: {host: 127.0.0.1}\npunchy: {punch: true}\n"
                + "firewall:\n  outbound: [{port: any, proto: any, host: any}]\n"
                + more;
        return Files.writeString(directory.resolve(name + ".yml"), yaml);
    }

    private Certificate sign(String name, VpnPrefix network, HostKey key) {
        return signer.sign(new CertificateRequest(
                CertificateVersion.V1,
                name,
                List.of(network),
                List.of(),
                List.of("g"),
                BEFORE,
                AFTER.minusSeconds(1),
                key.publicKey()));
    }
}

package dev.pharos.agent.dataplane;

import dev.pharos.agent.dataplane.DataPlaneSettings.Device;
import dev.pharos.agent.dataplane.DataPlaneSettings.Offload;
import dev.pharos.agent.linux.BootClock;
import dev.pharos.agent.linux.LinuxException;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.mesh.Authority;
import dev.pharos.agent.mesh.Mesh;
import dev.pharos.agent.mesh.MeshEvent;
import dev.pharos.agent.mesh.MeshSettings;
import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Hosts with a data plane and a mesh each: number n has the overlay address 10.42.0.n and the underlay one 192.0.2.n. */
final class TestPlane implements DataPlaneListener {
    private static final int PORT = 4242;
    private static final int LOOPBACK = 0x7f000001;
    private static final Set<Offload> ALL = EnumSet.allOf(Offload.class);

    private final SecureRandom random = new SecureRandom();
    private final TransportCipherFactory ciphers;
    private final Authority authority = new Authority(random, Instant.now());

    /** What nobody should have to complain about. */
    final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    /** Event loops of hosts started from now on. */
    int loops = 1;

    /** That of hosts started from now on. */
    Supplier<PacketFilter> filter = () -> PacketFilter.OPEN;

    final List<MeshEvent> events = Collections.synchronizedList(new ArrayList<>());

    TestPlane() {
        this(TransportCipherFactory.JCE);
    }

    TestPlane(TransportCipherFactory ciphers) {
        this.ciphers = ciphers;
    }

    /** Whether a host has a TUN device. */
    enum WithDevice {
        YES,
        NO
    }

    /** Starts a host whose peers are those numbers; in the namespace, where it stays. */
    DataPlane start(NetworkNamespace namespace, int number, WithDevice with, Set<Offload> offloads, List<Integer> peers)
            throws Exception {
        Map<VpnAddress, List<UnderlayEndpoint>> known = new HashMap<>();
        for (int peer : peers) {
            known.put(overlay(peer), List.of(endpoint("192.0.2." + peer)));
        }
        Discovery discovery =
                new Discovery(known, Set.of(), LighthouseRole.CLIENT, Duration.ofSeconds(10), List.of(), List.of());
        return namespace.call(() -> open(number, with, offloads, discovery, Relaying.DEFAULT));
    }

    /** Starts a lighthouse that also passes on what is for others. */
    DataPlane startRelay(NetworkNamespace namespace, int number, WithDevice with) throws Exception {
        Relaying relaying = new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.ALLOWED);
        return namespace.call(() -> open(number, with, ALL, Discovery.lighthouse(), relaying));
    }

    /** Starts a host that is reached through the relay of that number, which is also its lighthouse. */
    DataPlane startRelayed(NetworkNamespace namespace, int number, int relay, String relayAddress) throws Exception {
        Discovery discovery = Discovery.client(Map.of(overlay(relay), List.of(endpoint(relayAddress))));
        Relaying relaying = new Relaying(RelayRole.NONE, List.of(overlay(relay)), RelayUse.ALLOWED);
        return namespace.call(() -> open(number, WithDevice.YES, ALL, discovery, relaying));
    }

    private DataPlane open(int number, WithDevice with, Set<Offload> offloads, Discovery discovery, Relaying relaying)
            throws LinuxException {
        Optional<Device> device = switch (with) {
            case YES -> Optional.of(device(number));
            case NO -> Optional.empty();
        };
        var chosen = new DataPlaneSettings(device, UnderlayEndpoint.ofV4(0, PORT), offloads, loops);
        return start(DataPlane.open(chosen, this), number, discovery, relaying);
    }

    /** Starts a host on a device that is none, which knows number 1 at that port. */
    DataPlane startOnLoopback(int number, List<TunDevice> queues, int... port) throws LinuxException {
        Map<VpnAddress, List<UnderlayEndpoint>> known = new HashMap<>();
        for (int one : port) {
            known.put(overlay(1), List.of(UnderlayEndpoint.ofV4(LOOPBACK, one)));
        }
        Discovery discovery =
                new Discovery(known, Set.of(), LighthouseRole.CLIENT, Duration.ofSeconds(10), List.of(), List.of());
        var chosen = new DataPlaneSettings(Optional.of(device(number)), UnderlayEndpoint.ofV4(LOOPBACK, 0), ALL, loops);
        return start(DataPlane.open(chosen, this, (_, _) -> queues), number, discovery, Relaying.DEFAULT);
    }

    private static Device device(int number) {
        return new Device("data-tun" + number, 1300, 500, List.of(network(number)), List.of());
    }

    private static VpnPrefix network(int number) {
        return new VpnPrefix(overlay(number), 24);
    }

    private DataPlane start(DataPlane plane, int number, Discovery discovery, Relaying relaying) {
        MeshSettings settings = MeshSettings.of(
                        authority.identity("host" + number, network(number), CertificateVersion.V1), discovery)
                .withRelaying(relaying);
        Supplier<PacketFilter> chosen = filter;
        plane.start(
                (output, others) ->
                        new Mesh(settings, output, others, random, ciphers, BootClock.nanos(), Instant.now()),
                _ -> chosen.get());
        return plane;
    }

    private static UnderlayEndpoint endpoint(String address) throws MalformedException {
        return UnderlayEndpoint.parse(address + ":" + PORT);
    }

    static VpnAddress overlay(int number) {
        return VpnAddress.ofV4(0x0a2a0000 | number);
    }

    @Override
    public void event(MeshEvent event) {
        events.add(event);
    }

    @Override
    public void pong(VpnAddress peer, long number, long roundTripNanos) {}

    @Override
    public void linksChanged() {}

    @Override
    public void offloadOff(Offload offload, String reason) {
        complaints.add(offload + ": " + reason);
    }

    @Override
    public void failed(RuntimeException fault) {
        complaints.add(fault + " at " + fault.getStackTrace()[0]);
    }
}

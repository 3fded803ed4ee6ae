package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Blocklist;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.noise.CipherSuite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Builds the hosts of a simulated network: lighthouses that relay, public hosts, hosts behind NATs. */
final class Fleet {
    static final int PORT = 4242;

    private final Internet internet;
    private final Random random;
    private final Authority authority;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final Map<VpnAddress, List<UnderlayEndpoint>> lighthouses = new LinkedHashMap<>();
    private final List<VpnAddress> relays = new ArrayList<>();
    private final Flavour flavour;
    private int number;
    private boolean usualLan;

    /** What a network is made of. */
    record Flavour(List<CertificateVersion> versions, Curve curve, CipherSuite cipher, Family family) {
        static final Flavour USUAL =
                new Flavour(List.of(CertificateVersion.V1), Curve.CURVE25519, CipherSuite.AES_GCM, Family.V4);
        static final Flavour BOTH_VERSIONS = new Flavour(
                List.of(CertificateVersion.V1, CertificateVersion.V2),
                Curve.CURVE25519,
                CipherSuite.AES_GCM,
                Family.V4);
    }

    /** Of overlay addresses. */
    enum Family {
        V4,
        V6
    }

    Fleet(long seed) {
        this(seed, Flavour.USUAL);
    }

    Fleet(long seed, Flavour flavour) {
        this.flavour = flavour;
        internet = new Internet(seed);
        random = new Random(seed ^ 0x5eed);
        authority = new Authority(random, Authority.NOW, flavour.curve());
    }

    Internet internet() {
        return internet;
    }

    Authority authority() {
        return authority;
    }

    List<SimulatedHost> hosts() {
        return hosts;
    }

    /** Lighthouses register with each other from now on, knowing where the others are now. */
    void acquaintLighthouses() {
        for (SimulatedHost host : hosts) {
            if (lighthouses.containsKey(host.address())) {
                Map<VpnAddress, List<UnderlayEndpoint>> others = new LinkedHashMap<>(lighthouses);
                others.remove(host.address());
                host.reconfigure(host.settings().withDiscovery(Discovery.lighthouse(others)));
            }
        }
    }

    /** A public lighthouse that also relays. */
    SimulatedHost lighthouse(String name) {
        number++;
        UnderlayEndpoint endpoint = publicEndpoint(number);
        MeshSettings settings = MeshSettings.of(identity(name), Discovery.lighthouse())
                .withRelaying(new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.ALLOWED));
        SimulatedHost host = add(name, null, endpoint, settings);
        lighthouses.put(host.address(), List.of(endpoint));
        return host;
    }

    /** A public lighthouse, beside relays that are none. */
    SimulatedHost lighthouseAlone(String name) {
        number++;
        UnderlayEndpoint endpoint = publicEndpoint(number);
        SimulatedHost host = add(name, null, endpoint, MeshSettings.of(identity(name), Discovery.lighthouse()));
        lighthouses.put(host.address(), List.of(endpoint));
        return host;
    }

    /** A public relay that is no lighthouse; hosts made from now on are reached by such alone. */
    SimulatedHost relay(String name) {
        number++;
        MeshSettings settings = MeshSettings.of(identity(name), Discovery.client(Map.copyOf(lighthouses)))
                .withRelaying(new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.ALLOWED));
        SimulatedHost host = add(name, null, publicEndpoint(number), settings);
        relays.add(host.address());
        return host;
    }

    private List<VpnAddress> relays() {
        return relays.isEmpty() ? lighthouses.keySet().stream().sorted().toList() : List.copyOf(relays);
    }

    SimulatedHost open(String name) {
        number++;
        return client(name, null, publicEndpoint(number));
    }

    SimulatedHost behind(Nat.Kind kind, String name) {
        return behind(kind, Nat.Traits.USUAL, name);
    }

    SimulatedHost behind(Nat.Kind kind, Nat.Traits traits, String name) {
        number++;
        Nat nat = internet.nat(kind, publicEndpoint(number), traits);
        return client(name, nat, usualLan ? UnderlayEndpoint.ofV4(0xc0a80102, PORT) : lanEndpoint(number));
    }

    /** A public address that nobody has. */
    UnderlayEndpoint elsewhere() {
        number++;
        return publicEndpoint(number);
    }

    /** From now on every first host of a network is 192.168.1.2 there, as it is in many homes. */
    void useTheSameAddressOnEveryLan() {
        usualLan = true;
    }

    /** A stock nebula node, a client of all lighthouses so far. */
    StockNode stock(Nat.Kind kind, String name) {
        number++;
        Nat nat = internet.nat(kind, publicEndpoint(number));
        return new StockNode(
                internet,
                nat,
                UnderlayEndpoint.ofV4(0xc0a80000 | number << 8 | 2, PORT),
                identity(name),
                Map.copyOf(lighthouses),
                relays(),
                new Random(random.nextLong()));
    }

    /** A host on the same network as another one, behind the same router. */
    SimulatedHost beside(SimulatedHost neighbour, String name) {
        number++;
        return client(name, neighbour.nat(), lanEndpoint(number));
    }

    /** The host's identity with a certificate on another key. */
    Identity renewed(SimulatedHost host) {
        Identity known = host.settings().identity();
        return authority.identity(
                host.toString(),
                known.certificates().getFirst().networks().getFirst(),
                known.cipher(),
                flavour.versions().toArray(CertificateVersion[]::new));
    }

    /** A public host with a certificate of version 2 for these addresses. */
    SimulatedHost open(String name, VpnPrefix... networks) {
        number++;
        HostKey key = authority.hostKey();
        Identity identity = Identity.of(
                List.of(authority.sign(name, key, List.of(networks))),
                key,
                flavour.cipher(),
                authority.pool(),
                Blocklist.EMPTY);
        return add(
                name,
                null,
                publicEndpoint(number),
                MeshSettings.of(identity, Discovery.client(Map.copyOf(lighthouses))));
    }

    /** A host whose certificate another authority signed, although it trusts ours. */
    SimulatedHost stranger(String name) {
        number++;
        Identity foreign = new Authority(random, Authority.NOW, flavour.curve())
                .identity(name, new VpnPrefix(address(number), 16), CertificateVersion.V1);
        var identity = new Identity(
                foreign.certificates(),
                foreign.key(),
                foreign.initiating(),
                foreign.cipher(),
                authority.pool(),
                foreign.blocklist());
        return add(
                name,
                null,
                publicEndpoint(number),
                MeshSettings.of(identity, Discovery.client(Map.copyOf(lighthouses))));
    }

    /** A client of all lighthouses so far, which are its relays too where there are no others. */
    private SimulatedHost client(String name, @Nullable Nat nat, UnderlayEndpoint endpoint) {
        MeshSettings settings = MeshSettings.of(identity(name), Discovery.client(Map.copyOf(lighthouses)))
                .withRelaying(new Relaying(RelayRole.NONE, relays(), RelayUse.ALLOWED));
        return add(name, nat, endpoint, settings);
    }

    private SimulatedHost add(String name, @Nullable Nat nat, UnderlayEndpoint endpoint, MeshSettings settings) {
        var withPort = settings.withUnderlay(settings.underlay().withListenPort(PORT));
        var host = new SimulatedHost(internet, name, nat, endpoint, withPort, random.nextLong());
        hosts.add(host);
        host.boot();
        return host;
    }

    private Identity identity(String name) {
        VpnPrefix network = switch (flavour.family()) {
            case V4 -> new VpnPrefix(address(number), 16);
            case V6 -> new VpnPrefix(new VpnAddress(0xfd00_0042_0000_0000L, number), 64);
        };
        return authority.identity(
                name, network, flavour.cipher(), flavour.versions().toArray(CertificateVersion[]::new));
    }

    static VpnAddress address(int number) {
        return VpnAddress.ofV4(0x0a2a0000 | number);
    }

    /** In 172.16.0.0/12, another one for each host, so that no private address means two of them. */
    private static UnderlayEndpoint lanEndpoint(int number) {
        return UnderlayEndpoint.ofV4(0xac100000 | number, PORT);
    }

    static UnderlayEndpoint publicEndpoint(int number) {
        return UnderlayEndpoint.ofV4(0xc6336400 + number, PORT);
    }
}

package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This mesh against the daemon of Debian's nebula package, in every role that it has without a TUN device. */
class StockNebulaIT {
    private static final VpnAddress LIGHTHOUSE = VpnAddress.ofV4(0x0a630001);
    private static final VpnAddress STOCK = VpnAddress.ofV4(0x0a630002);
    private static final VpnAddress OURS = VpnAddress.ofV4(0x0a630003);
    private static final int LIGHTHOUSE_PORT = 14301;
    private static final int STOCK_PORT = 14302;
    private static final int OUR_PORT = 14303;
    private static final Map<VpnAddress, UnderlayEndpoint> LIGHTHOUSES =
            Map.of(LIGHTHOUSE, LoopbackHost.endpoint(LIGHTHOUSE_PORT));
    private static final UnderlayEndpoint STOCK_ENDPOINT = LoopbackHost.endpoint(STOCK_PORT);

    @TempDir
    private Path directory;

    private final Authority authority = new Authority(new Random(1), Instant.now());
    private final List<StockNebula> daemons = new ArrayList<>();
    private final List<LoopbackHost> hosts = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (LoopbackHost host : hosts) {
            host.close();
        }
        daemons.forEach(StockNebula::close);
    }

    private StockNebula stockLighthouse() throws IOException {
        return stock("lighthouse", LIGHTHOUSE, LIGHTHOUSE_PORT, StockNebula.Role.LIGHTHOUSE_AND_RELAY, Map.of());
    }

    private StockNebula stock(
            String name,
            VpnAddress address,
            int port,
            StockNebula.Role role,
            Map<VpnAddress, UnderlayEndpoint> lighthouses)
            throws IOException {
        var daemon = new StockNebula(directory, authority, name, address, port, role, lighthouses);
        daemons.add(daemon);
        return daemon;
    }

    private LoopbackHost ours(VpnAddress address, int port, Discovery discovery, Relaying relaying) throws IOException {
        Identity identity = authority.identity("ours", new VpnPrefix(address, 16), CertificateVersion.V1);
        var host = new LoopbackHost(MeshSettings.of(identity, discovery).withRelaying(relaying), port);
        hosts.add(host);
        return host;
    }

    private LoopbackHost ourClient() throws IOException {
        return ours(
                OURS,
                OUR_PORT,
                Discovery.client(Map.of(LIGHTHOUSE, List.of(LoopbackHost.endpoint(LIGHTHOUSE_PORT)))),
                new Relaying(RelayRole.NONE, List.of(LIGHTHOUSE), RelayUse.ALLOWED));
    }

    private LoopbackHost ourLighthouse() throws IOException {
        return ours(
                LIGHTHOUSE,
                LIGHTHOUSE_PORT,
                Discovery.lighthouse(),
                new Relaying(RelayRole.FORWARDS, List.of(), RelayUse.ALLOWED));
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(15))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    for (LoopbackHost host : hosts) {
                        host.pump();
                    }
                    return condition.holds();
                });
    }

    /** Pings until the first answer. */
    private void awaitEcho(LoopbackHost from, VpnAddress to) {
        from.delivered().clear();
        long[] next = {System.nanoTime()};
        int[] sequence = {0};
        await("an echo from " + to, () -> {
            if (System.nanoTime() >= next[0]) {
                from.send(to, Echo.request(from.address(), to, ++sequence[0]));
                next[0] = System.nanoTime() + Times.millis(200);
            }
            return from.delivered().stream().anyMatch(packet -> Echo.replySequence(packet) > 0);
        });
    }

    /** It cannot read version 2 and stays silent. */
    @Test
    void aStockHostThatReadsVersionOneAloneIsReachedByFallingBack() throws IOException {
        stockLighthouse();
        Identity both =
                authority.identity("ours", new VpnPrefix(OURS, 16), CertificateVersion.V1, CertificateVersion.V2);
        Identity beginningWithTwo = new Identity(
                both.certificates(),
                both.key(),
                CertificateVersion.V2,
                both.cipher(),
                both.authorities(),
                both.blocklist());
        var host = new LoopbackHost(
                MeshSettings.of(
                        beginningWithTwo,
                        Discovery.client(Map.of(LIGHTHOUSE, List.of(LoopbackHost.endpoint(LIGHTHOUSE_PORT))))),
                OUR_PORT);
        hosts.add(host);

        await("a tunnel", () -> host.mesh().tunnelTo(LIGHTHOUSE) != null);

        Tunnel tunnel = Objects.requireNonNull(host.mesh().tunnelTo(LIGHTHOUSE));
        assertThat(tunnel.peer().readsVersionTwo(System.nanoTime())).isFalse();
    }

    @Test
    void weBeginAndAStockLighthouseAnswers() throws IOException {
        stockLighthouse();
        LoopbackHost ours = ourClient();

        awaitEcho(ours, LIGHTHOUSE);

        await(
                "a measured round trip",
                () -> ours.mesh()
                        .peers(System.nanoTime())
                        .getFirst()
                        .roundTripNanos()
                        .isPresent());
    }

    @Test
    void aStockLighthouseTellsUsWhereAStockHostIs() throws IOException {
        stockLighthouse();
        stock("stock", STOCK, STOCK_PORT, StockNebula.Role.HOST, LIGHTHOUSES);
        LoopbackHost ours = ourClient();

        awaitEcho(ours, STOCK);

        assertThat(ours.mesh().tunnelTo(STOCK)).isNotNull();
    }

    @Test
    void aStockHostRegistersWithOurLighthouseAndIsFoundThroughIt() throws IOException {
        LoopbackHost lighthouse = ourLighthouse();
        StockNebula stock = stock("stock", STOCK, STOCK_PORT, StockNebula.Role.HOST, LIGHTHOUSES);
        await("the stock host's tunnel", () -> lighthouse.mesh().tunnelTo(STOCK) != null);
        LoopbackHost ours = ourClient();

        awaitEcho(ours, STOCK);

        assertThat(stock.log()).contains("Handshake message");
    }

    @Test
    void aStockRelayCarriesUsToAStockHost() throws IOException {
        stockLighthouse();
        stock("stock", STOCK, STOCK_PORT, StockNebula.Role.reachedBy(LIGHTHOUSE), LIGHTHOUSES);
        LoopbackHost ours = ourClient();
        ours.cut(STOCK_ENDPOINT);

        awaitEcho(ours, STOCK);

        assertThat(ours.mesh().peers(System.nanoTime()))
                .anyMatch(peer -> peer.addresses().contains(STOCK)
                        && peer.relay().filter(LIGHTHOUSE::equals).isPresent());
    }

    @Test
    void ourRelayCarriesUsToAStockHost() throws IOException {
        LoopbackHost relay = ourLighthouse();
        stock("stock", STOCK, STOCK_PORT, StockNebula.Role.reachedBy(LIGHTHOUSE), LIGHTHOUSES);
        await("the stock host's tunnel", () -> relay.mesh().tunnelTo(STOCK) != null);
        LoopbackHost ours = ourClient();
        ours.cut(STOCK_ENDPOINT);

        awaitEcho(ours, STOCK);

        assertThat(ours.mesh().peers(System.nanoTime()))
                .anyMatch(peer -> peer.addresses().contains(STOCK)
                        && peer.relay().filter(LIGHTHOUSE::equals).isPresent());
    }

    @Test
    void aStockHostIsMovedToARelayWhenItsDirectPathDies() throws IOException {
        LoopbackHost relay = ourLighthouse();
        stock("stock", STOCK, STOCK_PORT, StockNebula.Role.reachedBy(LIGHTHOUSE), LIGHTHOUSES);
        await("the stock host's tunnel", () -> relay.mesh().tunnelTo(STOCK) != null);
        LoopbackHost ours = ourClient();
        awaitEcho(ours, STOCK);
        long quiet = System.nanoTime() + Times.seconds(2);
        await("relays to be ready", () -> System.nanoTime() > quiet);

        ours.cut(STOCK_ENDPOINT);
        long cut = System.nanoTime();
        awaitEcho(ours, STOCK);

        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(Duration.ofSeconds(1));

        ours.mend(STOCK_ENDPOINT);
        long mended = System.nanoTime();
        await("the direct path again", () -> {
            ours.send(STOCK, Echo.request(OURS, STOCK, 1));
            Tunnel tunnel = ours.mesh().tunnelTo(STOCK);
            return tunnel != null && tunnel.path().equals(new dev.pharos.agent.mesh.Path.Direct(STOCK_ENDPOINT));
        });
        assertThat(Duration.ofNanos(System.nanoTime() - mended)).isLessThan(Duration.ofSeconds(5));
        awaitEcho(ours, STOCK);
    }

    @Test
    void aStockHostThatRestartsIsBackWithinASecond() throws IOException {
        ourLighthouse();
        StockNebula first = stock("stock", STOCK, STOCK_PORT, StockNebula.Role.HOST, LIGHTHOUSES);
        LoopbackHost ours = ourClient();
        awaitEcho(ours, STOCK);
        first.close();

        stock("stock", STOCK, STOCK_PORT, StockNebula.Role.HOST, LIGHTHOUSES);
        long restarted = System.nanoTime();
        awaitEcho(ours, STOCK);

        assertThat(Duration.ofNanos(System.nanoTime() - restarted)).isLessThan(Duration.ofMillis(1500));
    }
}

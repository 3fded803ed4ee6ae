package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.nebula.StockArchive;
import dev.pharos.lab.nebula.StockNebula;
import dev.pharos.lab.nebula.StockRelease;
import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.probe.Transfer;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real agents on networks of both families, on several networks at once, and on one where they move. */
class NetworksIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Run run;
    private static Namespace lampHost;
    private static Namespace deskHost;
    private static Namespace phoneHost;
    private static ControlPlane controlPlane;
    private static Api api;

    @BeforeAll
    static void startAControlPlane() {
        run = Run.begin();
        Segment segment = new Internet(run).segment("lan", "198.51.100");
        Namespace server = standing(segment, "server", 2);
        lampHost = standing(segment, "lamp", 3);
        deskHost = standing(segment, "desk", 4);
        phoneHost = standing(segment, "phone", 5);
        controlPlane = ControlPlane.start(run, server, segment.address(2), Artefacts.here());
        api = controlPlane.api();
    }

    @AfterAll
    static void clearAway() {
        controlPlane.close();
        run.close();
    }

    @Test
    void agentsReachEachOtherByBothFamilies() {
        Overlay overlay = Overlay.create(run, api, "both", Map.of("ranges", List.of("10.43.0.0/24", "fd42:43::/64")));
        Agent lamp = lighthouse(overlay);
        Agent desk = overlay.join("desk", deskHost);

        assertThat(addresses(lampHost)).contains("10.43.0.1/24").contains("fd42:43::1/64");
        assertReaches(deskHost, "10.43.0.1", "fd42:43::1");
        assertReaches(lampHost, "fd42:43::2", "10.43.0.2");
        assertThat(desk.status().orElseThrow().json().path("addresses")).hasToString("[\"10.43.0.2\",\"fd42:43::2\"]");
        assertThat(desk.status().orElseThrow().json().path("peers"))
                .as("one tunnel carries both")
                .hasSize(1);
        stop(desk, lamp);
    }

    @Test
    void agentsReachEachOtherOnANetworkOfIpv6Alone() {
        Overlay overlay = Overlay.create(run, api, "six", Map.of("range", "fd42:44::/64"));
        Agent lamp = lighthouse(overlay);
        Agent desk = overlay.join("desk", deskHost);

        assertReaches(deskHost, "fd42:44::1");
        assertReaches(lampHost, "fd42:44::2");
        stop(desk, lamp);
    }

    @Test
    void agentsOnP256ReachEachOtherAndHearOfAChangedPolicy() throws IOException {
        Overlay overlay = Overlay.create(run, api, "p256", Map.of("range", "10.49.0.0/24", "curve", "P256"));
        Agent lamp = lighthouse(overlay);
        Agent desk = overlay.join("desk", deskHost);
        assertThat(api.get("/api/v1/networks/" + overlay.id()).path("curve").asString())
                .isEqualTo("P256");
        assertReaches(deskHost, "10.49.0.1");

        String open = api.get("/api/v1/policies?networkId=" + overlay.id())
                .path("items")
                .path(0)
                .path("id")
                .asString();
        api.patch("/api/v1/policies/" + open, Map.of("allow", List.of(Map.of("protocol", "tcp"))));
        Await.until("echo requests to be refused", LIMIT, () -> !Ping.answers(deskHost, "10.49.0.1"));

        try (Transfer transfer = Transfer.start(lampHost, deskHost, "10.49.0.2", 7000)) {
            Await.until("tcp to pass", LIMIT, () -> transfer.bytes() > 1_000_000);
            transfer.finish();
        }
        stop(desk, lamp);
    }

    @Test
    void aStockDaemonReachesAndIsReachedByBothFamilies() throws IOException {
        Optional<StockRelease> release = new StockArchive().find("1.11.0");
        if (release.isEmpty()) {
            System.err.println("nebula 1.11.0 is not to be had: no stock daemon on a dual-stack network");
            return;
        }
        Overlay overlay = Overlay.create(
                run, api, "stock", Map.of("ranges", List.of("10.45.0.0/24", "fd42:45::/64"), "certificateVersion", 2));
        Agent lamp = lighthouse(overlay);
        Agent desk = overlay.join("desk", deskHost);

        Daemon phone = StockNebula.start(phoneHost, release.get(), export(overlay, release.get(), "phone"));

        assertReaches(phoneHost, "10.45.0.2", "fd42:45::2");
        assertReaches(deskHost, "10.45.0.3", "fd42:45::3");
        phone.stop();
        stop(desk, lamp);
    }

    @Test
    void networksOnOneControlPlaneAndOnOneMachineStayApart() {
        Overlay red = Overlay.create(run, api, "red", Map.of("range", "10.46.0.0/24"));
        Overlay blue = Overlay.create(run, api, "blue", Map.of("range", "10.47.0.0/24"));
        Overlay green = Overlay.create(run, api, "green", Map.of("range", "10.46.0.0/24"));
        Agent redLamp = lighthouse(red);
        Agent redDesk = red.join("desk", deskHost);
        Agent blueDesk = blue.join("desk", deskHost, "pharos1");
        blue.serveAsLighthouse("desk", "198.51.100.4:4242");
        Agent blueLamp = blue.join("lamp", lampHost, "pharos1");
        Agent greenPhone = green.join("phone", phoneHost);
        green.serveAsLighthouse("phone", "198.51.100.5:4242");

        assertReaches(deskHost, "10.46.0.1", "10.47.0.2");
        assertReaches(lampHost, "10.46.0.2", "10.47.0.1");
        assertThat(Ping.answers(phoneHost, "10.46.0.2"))
                .as("the same address in another network is nobody")
                .isFalse();
        assertThat(greenPhone.status().orElseThrow().json().path("peers")).isEmpty();

        Shell.Result wrong = deskHost.attempt(
                LIMIT,
                Artefacts.here().agent(),
                "up",
                "--token",
                green.token("stray", Map.of()),
                "--state-dir",
                run.directory("state-red").resolve("desk").toString());
        assertThat(wrong.exit()).as(wrong.text()).isEqualTo(4);
        stop(blueLamp, blueDesk, redDesk, redLamp, greenPhone);
    }

    @Test
    void aHostThatMovesKeepsItsDeviceItsPortAndWhatDoesNotUseTheOldAddress() throws IOException {
        Overlay overlay = Overlay.create(run, api, "moving", Map.of("ranges", List.of("10.48.0.0/24", "fd42:48::/64")));
        Agent lamp = lighthouse(overlay);
        Agent desk = overlay.join("desk", deskHost);
        assertReaches(deskHost, "fd42:48::1");
        String device = deskHost.run("cat", "/sys/class/net/pharos0/ifindex");

        try (Transfer transfer = Transfer.start(lampHost, deskHost, "fd42:48::2", 7000)) {
            api.patch(overlay.resource("desk"), Map.of("name", "bureau", "address", "10.48.0.77"));
            Await.until(
                    "the device to have its new address",
                    LIMIT,
                    () -> addresses(deskHost).contains("10.48.0.77/24"));
            assertThat(addresses(deskHost)).doesNotContain("10.48.0.2/24");

            assertReaches(deskHost, "10.48.0.1");
            assertReaches(lampHost, "10.48.0.77");
            long soFar = transfer.bytes();
            Await.until("the transfer to go on", LIMIT, () -> transfer.bytes() > soFar + 1_000_000);
            transfer.finish();
        }

        assertThat(deskHost.run("cat", "/sys/class/net/pharos0/ifindex")).isEqualTo(device);
        assertThat(desk.status().orElseThrow().json().path("host").asString()).isEqualTo("bureau");
        stop(desk, lamp);
    }

    private static Agent lighthouse(Overlay overlay) {
        Agent lamp = overlay.join("lamp", lampHost);
        overlay.serveAsLighthouse("lamp", "198.51.100.3:4242");
        return lamp;
    }

    private static void assertReaches(Namespace from, String... addresses) {
        for (String address : addresses) {
            assertThat(Ping.answersWithin(LIMIT, from, address))
                    .as("%s from %s", address, from.name())
                    .isTrue();
        }
    }

    private static String addresses(Namespace at) {
        return at.run("ip", "-brief", "address", "show", "dev", "pharos0");
    }

    private static void stop(Agent... agents) {
        for (Agent agent : agents) {
            assertThat(agent.stop()).isZero();
        }
    }

    /** The file of a stock host's whole configuration, with the key that was made for it. */
    private static Path export(Overlay overlay, StockRelease release, String name) throws IOException {
        String host = api.post("/api/v1/hosts", Map.of("name", name, "kind", "nebula", "networkId", overlay.id()))
                .path("id")
                .asString();
        Path directory = run.directory("stock");
        Path key = directory.resolve("host.key");
        Path publicKey = directory.resolve("host.pub");
        Shell.run(
                release.nebulaCert().toString(),
                "keygen",
                "-out-key",
                key.toString(),
                "-out-pub",
                publicKey.toString());
        String exported = api.text("/api/v1/hosts/" + host + "/nebula-config?publicKey="
                + URLEncoder.encode(Files.readString(publicKey), StandardCharsets.UTF_8));
        return Files.writeString(
                directory.resolve("config.yml"), exported.replace("/etc/nebula/host.key", key.toString()));
    }

    private static Namespace standing(Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }
}

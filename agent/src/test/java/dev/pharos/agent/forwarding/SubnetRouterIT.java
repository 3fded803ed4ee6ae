package dev.pharos.agent.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.control.StateFile;
import dev.pharos.agent.linux.NetworkNamespace;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.OwnPart.Forwarding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubnetRouterIT {
    private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final Path FORWARD_V6 = Path.of("/proc/sys/net/ipv6/conf/all/forwarding");
    private static final Path ADVERTISEMENTS = Path.of("/proc/sys/net/ipv6/conf/lo/accept_ra");

    @TempDir
    private Path directory;

    private StateFile<ForwardingRecord> file;
    private final EventLog log = new EventLog(System.out, InstantSource.system());

    @BeforeEach
    void openState() throws Exception {
        file = StateDirectory.open(directory).file("forwarding", ForwardingRecord.class);
    }

    @Test
    void whatItChangesIsBackAsItWasWhenItEnds() throws Exception {
        NetworkNamespace.inside(() -> {
            Files.writeString(FORWARD, "0");
            SubnetRouter router = new SubnetRouter(file, log);

            router.apply(
                    List.of(subnet("192.168.7.0/24", true), subnet("192.168.8.0/24", false)), "over-lay", overlay());

            assertThat(router.unmet()).isEmpty();
            assertThat(read(FORWARD)).isEqualTo("1");
            assertThat(tables())
                    .contains("table inet pharos_over_lay")
                    .contains("ip saddr 10.42.0.0/24 ip daddr 192.168.7.0/24 masquerade")
                    .doesNotContain("192.168.8");
            router.apply(List.of(subnet("192.168.8.0/24", false)), "over-lay", overlay());
            assertThat(tables()).isEmpty();
            assertThat(read(FORWARD)).isEqualTo("1");
            router.apply(List.of(subnet("192.168.8.0/24", true)), "over-lay", overlay());
            assertThat(tables()).contains("192.168.8.0/24 masquerade");

            router.close();

            assertThat(tables()).isEmpty();
            assertThat(read(FORWARD)).isEqualTo("0");
            assertThat(file.read()).isEmpty();
        });
    }

    @Test
    void theNextLifePutsBackWhatAKilledOneLeft() throws Exception {
        NetworkNamespace.inside(() -> {
            Files.writeString(FORWARD, "0");
            new SubnetRouter(file, log).apply(List.of(subnet("192.168.7.0/24", true)), "overlay", overlay());
            assertThat(tables()).contains("pharos_overlay");

            SubnetRouter next = new SubnetRouter(file, log);

            assertThat(tables()).isEmpty();
            assertThat(read(FORWARD)).isEqualTo("0");
            next.close();
        });
    }

    @Test
    void whatWasOnBeforeStaysOn() throws Exception {
        NetworkNamespace.inside(() -> {
            Files.writeString(FORWARD, "1");
            SubnetRouter router = new SubnetRouter(file, log);
            router.apply(List.of(subnet("192.168.7.0/24", false)), "overlay", overlay());
            router.close();

            assertThat(read(FORWARD)).isEqualTo("1");
        });
    }

    /** A machine that forwards IPv6 ignores router advertisements, unless it is told not to. */
    @Test
    void aRouterOfIpv6KeepsItsOwnDefaultRoute() throws Exception {
        NetworkNamespace.inside(() -> {
            Files.writeString(FORWARD_V6, "0");
            Files.writeString(ADVERTISEMENTS, "1");
            SubnetRouter router = new SubnetRouter(file, log);
            router.apply(List.of(subnet("fd07::/64", true)), "overlay", List.of(VpnPrefix.parse("fd42::1/64")));

            assertThat(read(FORWARD_V6)).isEqualTo("1");
            assertThat(read(ADVERTISEMENTS)).isEqualTo("2");
            assertThat(tables()).contains("ip6 saddr fd42::/64 ip6 daddr fd07::/64 masquerade");
            router.close();
            assertThat(read(FORWARD_V6)).isEqualTo("0");
            assertThat(read(ADVERTISEMENTS)).isEqualTo("1");
        });
    }

    @Test
    void whatCannotBeDoneIsSaid() throws Exception {
        NetworkNamespace.inside(() -> {
            SubnetRouter router = new SubnetRouter(file, log, directory.resolve("no-settings"));
            router.apply(List.of(subnet("192.168.7.0/24", false)), "overlay", overlay());

            assertThat(router.unmet())
                    .singleElement()
                    .asString()
                    .contains("packets are not forwarded to 192.168.7.0/24", "no-settings");
            router.close();
        });
    }

    private static Forwarding subnet(String range, boolean masquerade) throws Exception {
        return new Forwarding(VpnPrefix.parse(range), masquerade);
    }

    private static List<VpnPrefix> overlay() throws Exception {
        return List.of(VpnPrefix.parse("10.42.0.20/24"));
    }

    private static String tables() throws Exception {
        return NetworkNamespace.command("nft list ruleset").strip();
    }

    private static String read(Path file) throws Exception {
        return Files.readString(file).strip();
    }
}

package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.config.HostPort;
import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.mesh.MeshSettings;
import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NebulaNodeTests {
    private TestFiles files;

    @BeforeEach
    void makeAuthority(@TempDir Path directory) throws Exception {
        files = new TestFiles(directory);
    }

    @Test
    void aClientKnowsItsLighthousesAndWhereTheyAre() throws Exception {
        NodeSettings settings = read("""
            static_host_map: {"10.77.0.1": ["192.0.2.1:4242"]}
            lighthouse: {interval: 60, hosts: ["10.77.0.1"], advertise_addrs: ["203.0.113.9:0"]}
            relay: {relays: ["10.77.0.1"]}
            """);

        MeshSettings mesh = settings.mesh(new Resolver(() -> {}), 4711);

        VpnAddress lighthouse = VpnAddress.parse("10.77.0.1");
        assertThat(mesh.discovery().role()).isEqualTo(LighthouseRole.CLIENT);
        assertThat(mesh.discovery().lighthouses()).containsExactly(lighthouse);
        assertThat(mesh.discovery().staticHosts())
                .containsEntry(lighthouse, List.of(UnderlayEndpoint.parse("192.0.2.1:4242")));
        assertThat(mesh.discovery().advertise()).containsExactly(UnderlayEndpoint.parse("203.0.113.9:0"));
        assertThat(mesh.discovery().updateInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(mesh.relaying().advertised()).containsExactly(lighthouse);
        assertThat(mesh.underlay().listenPort()).isEqualTo(4711);
    }

    @Test
    void aLighthouseServesAndAsksNobody() throws Exception {
        MeshSettings mesh = read("""
            lighthouse: {am_lighthouse: true}
            relay: {am_relay: true}
            """).mesh(new Resolver(() -> {}), 4242);

        assertThat(mesh.discovery().role()).isEqualTo(LighthouseRole.SERVER);
        assertThat(mesh.discovery().lighthouses()).isEmpty();
        assertThat(mesh.relaying().role()).isEqualTo(RelayRole.FORWARDS);
    }

    @Test
    void theDeviceHasTheAddressesOfTheCertificate() throws Exception {
        NodeSettings settings = read("");

        assertThat(settings.device().orElseThrow().name()).isEqualTo("overlay");
        assertThat(settings.device().orElseThrow().addresses()).containsExactly(VpnPrefix.parse("10.77.0.2/24"));
    }

    @Test
    void anotherPortNeedsAnotherSocketAndAnotherLighthouseDoesNot() throws Exception {
        NodeSettings before = read("");

        assertThat(before.needsRestartFor(read("listen: {port: 4242}"))).isTrue();
        assertThat(before.needsRestartFor(read("listen: {so_mark: 7}"))).isFalse();
        assertThat(before.needsRestartFor(read("lighthouse: {am_lighthouse: true}")))
                .isFalse();
    }

    @Test
    void everyPossibleNameIsLookedUp() throws Exception {
        NodeSettings settings = read("static_host_map: {\"10.77.0.1\": [\"home.example.net:4242\"]}");

        assertThat(settings.hostPorts()).containsExactly(new HostPort("home.example.net", 4242));
    }

    private NodeSettings read(String yaml) throws Exception {
        return NebulaNode.settings(NebulaConfig.read(files.write("two", "10.77.0.2/24", yaml)));
    }
}

package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Discovery;
import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.Inactivity;
import dev.pharos.agent.mesh.MeshSettings.OnInvalid;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.PunchTargets;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.agent.mesh.MeshSettings.RelayUse;
import dev.pharos.agent.mesh.MeshSettings.Relaying;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.agent.mesh.MeshSettings.Underlay;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a host does that was told nothing else. */
class MeshSettingsTests {
    @Test
    void theDefaultsAre() {
        assertThat(Discovery.UPDATE_INTERVAL).isEqualTo(Duration.ofSeconds(10));
        assertThat(Relaying.DEFAULT).isEqualTo(new Relaying(RelayRole.NONE, List.of(), RelayUse.ALLOWED));
        assertThat(Punching.DEFAULT)
                .isEqualTo(
                        new Punching(true, Duration.ofSeconds(1), true, Duration.ofMillis(200), PunchTargets.CURRENT));
        assertThat(HandshakePacing.DEFAULT).isEqualTo(new HandshakePacing(Duration.ofMillis(100), 12));
        assertThat(TunnelTimers.DEFAULT)
                .isEqualTo(new TunnelTimers(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Inactivity.KEEP,
                        Duration.ofMinutes(10),
                        OnInvalid.DISCONNECT));
        assertThat(Underlay.DEFAULT.listenPort()).isZero();
        assertThat(Underlay.DEFAULT.preferred()).isEmpty();
        assertThat(Underlay.DEFAULT.sendRecvErrors()).isEqualTo(RecvErrors.ALWAYS);
        assertThat(Underlay.DEFAULT.acceptRecvErrors()).isEqualTo(RecvErrors.ALWAYS);
        assertThat(Promotion.DEFAULT).isEqualTo(new Promotion(1000, 5000, Duration.ofSeconds(60)));
        assertThat(Underlay.DEFAULT.remotes().allows(Fleet.publicEndpoint(1))).isTrue();
    }
}

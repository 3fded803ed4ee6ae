package dev.pharos.agent.config;

import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.Inactivity;
import dev.pharos.agent.mesh.MeshSettings.OnInvalid;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import java.time.Duration;

/** Pacing of handshakes and watching over tunnels: {@code handshakes.*}, {@code timers.*}, {@code tunnels.*}. */
public record TimingSettings(HandshakePacing handshakes, TunnelTimers tunnels) {

    static TimingSettings read(Section top) throws ConfigException {
        Section handshakes = top.section("handshakes");
        Section timers = top.section("timers");
        Section tunnels = top.section("tunnels");
        return new TimingSettings(
                new HandshakePacing(
                        handshakes.duration("try_interval", Duration.ofMillis(100)),
                        handshakes.number("retries", 10, 1, 1000)),
                new TunnelTimers(
                        timers.seconds("connection_alive_interval", Duration.ofSeconds(5)),
                        timers.seconds("pending_deletion_interval", Duration.ofSeconds(10)),
                        tunnels.flag("drop_inactive", false) ? Inactivity.DROP : Inactivity.KEEP,
                        tunnels.duration("inactivity_timeout", Duration.ofMinutes(10)),
                        top.section("pki").flag("disconnect_invalid", true) ? OnInvalid.DISCONNECT : OnInvalid.KEEP));
    }
}

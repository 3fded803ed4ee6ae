package dev.pharos.agent.config;

import dev.pharos.agent.mesh.MeshSettings.HandshakePacing;
import dev.pharos.agent.mesh.MeshSettings.Inactivity;
import dev.pharos.agent.mesh.MeshSettings.OnInvalid;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import java.time.Duration;

/** Pacing of handshakes and watching over tunnels: {@code handshakes.*}, {@code timers.*},
 * {@code counters.*}, {@code tunnels.*}. */
public record TimingSettings(HandshakePacing handshakes, TunnelTimers tunnels, Promotion promotion) {

    static TimingSettings read(Section top) throws ConfigException {
        Section handshakes = top.section("handshakes");
        Section timers = top.section("timers");
        Section counters = top.section("counters");
        Section tunnels = top.section("tunnels");
        return new TimingSettings(
                new HandshakePacing(
                        handshakes.duration("try_interval", Duration.ofMillis(100)),
                        handshakes.number("retries", 10, 1, 1000)),
                new TunnelTimers(
                        timers.seconds("connection_alive_interval", Duration.ofSeconds(5))
                                .multipliedBy(2),
                        timers.seconds("pending_deletion_interval", Duration.ofSeconds(10)),
                        tunnels.flag("drop_inactive", false) ? Inactivity.DROP : Inactivity.KEEP,
                        tunnels.duration("inactivity_timeout", Duration.ofMinutes(10)),
                        top.section("pki").flag("disconnect_invalid", true) ? OnInvalid.DISCONNECT : OnInvalid.KEEP),
                new Promotion(
                        counters.number("try_promote", 1000, 0, Integer.MAX_VALUE),
                        counters.number("requery_every_packets", 5000, 0, Integer.MAX_VALUE),
                        timers.duration("requery_wait_duration", Promotion.DEFAULT.requeryWait())));
    }
}

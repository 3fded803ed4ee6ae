package dev.pharos.agent.config;

import java.time.Duration;

/**
 * Pacing of handshakes and watching over tunnels.
 *
 * @param tryInterval the first wait after a handshake packet; each wait is one such longer
 * @param retries handshake packets before giving up
 * @param aliveInterval between two looks at a tunnel
 * @param deletionInterval how long a suspect tunnel has left
 * @param dropInactive whether tunnels without traffic are closed
 * @param inactivity after how long
 */
public record TimingSettings(
        Duration tryInterval,
        int retries,
        Duration aliveInterval,
        Duration deletionInterval,
        boolean dropInactive,
        Duration inactivity) {

    static TimingSettings read(Section top) throws ConfigException {
        Section handshakes = top.section("handshakes");
        Section timers = top.section("timers");
        Section tunnels = top.section("tunnels");
        return new TimingSettings(
                handshakes.duration("try_interval", Duration.ofMillis(100)),
                handshakes.number("retries", 10, 1, 1000),
                timers.seconds("connection_alive_interval", Duration.ofSeconds(5)),
                timers.seconds("pending_deletion_interval", Duration.ofSeconds(10)),
                tunnels.flag("drop_inactive", false),
                tunnels.duration("inactivity_timeout", Duration.ofMinutes(10)));
    }
}

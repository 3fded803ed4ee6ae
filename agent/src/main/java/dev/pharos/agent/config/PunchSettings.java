package dev.pharos.agent.config;

import java.time.Duration;

/**
 * Hole punching.
 *
 * @param punch whether to keep NAT mappings open
 * @param respond whether to open a tunnel back to a host that cannot reach us
 * @param delay before punching on a lighthouse's notice
 * @param respondDelay before opening a tunnel back
 * @param allRemotes whether to keep every known address of a peer open, not just the one in use
 */
public record PunchSettings(boolean punch, boolean respond, Duration delay, Duration respondDelay, boolean allRemotes) {

    /** Old files write {@code punchy: true} and {@code punch_back: true}. */
    static PunchSettings read(Section top) throws ConfigException {
        if (top.has("punchy") && !top.isSection("punchy")) {
            return new PunchSettings(
                    top.flag("punchy", false),
                    top.flag("punch_back", false),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    false);
        }
        Section punchy = top.section("punchy");
        return new PunchSettings(
                punchy.flag("punch", false),
                punchy.flag("respond", top.flag("punch_back", false)),
                punchy.duration("delay", Duration.ofSeconds(1)),
                punchy.duration("respond_delay", Duration.ofSeconds(5)),
                punchy.flag("target_all_remotes", false));
    }
}

package dev.pharos.agent.config;

import dev.pharos.agent.mesh.MeshSettings.PunchTargets;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import java.time.Duration;

/** Hole punching: {@code punchy.*}. */
final class PunchSettings {
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration RESPOND_DELAY = Duration.ofSeconds(5);

    private PunchSettings() {}

    /** Old files write {@code punchy: true} and {@code punch_back: true}. */
    static Punching read(Section top) throws ConfigException {
        if (top.has("punchy") && !top.isSection("punchy")) {
            return new Punching(
                    top.flag("punchy", false),
                    DELAY,
                    top.flag("punch_back", false),
                    RESPOND_DELAY,
                    PunchTargets.CURRENT);
        }
        Section punchy = top.section("punchy");
        return new Punching(
                punchy.flag("punch", false),
                punchy.duration("delay", DELAY),
                punchy.flag("respond", top.flag("punch_back", false)),
                punchy.duration("respond_delay", RESPOND_DELAY),
                punchy.flag("target_all_remotes", false) ? PunchTargets.ALL : PunchTargets.CURRENT);
    }
}

package dev.pharos.agent.control;

import dev.pharos.protocol.bundle.HostReport.RefusedBundle;
import java.time.Instant;
import java.util.Optional;

/**
 * How this host and the control plane stand, for {@code status}. Nothing in it ever stops a tunnel.
 *
 * @param connected whether the last answer was one of the protocol's
 * @param url the node last spoken to, or tried
 * @param since when {@code connected} became what it is
 * @param trouble what is wrong, in words; empty when nothing is
 * @param refused the newest bundle that this host would not enforce
 */
public record LinkState(
        boolean connected, String url, Instant since, Optional<String> trouble, Optional<RefusedBundle> refused) {

    static LinkState start(String url, Instant now) {
        return new LinkState(false, url, now, Optional.empty(), Optional.empty());
    }

    LinkState up(String at, Instant now) {
        return new LinkState(true, at, connected ? since : now, Optional.empty(), refused);
    }

    LinkState down(String at, String why, Instant now) {
        return new LinkState(false, at, connected ? now : since, Optional.of(why), refused);
    }

    LinkState refusing(Optional<RefusedBundle> bundle) {
        return new LinkState(connected, url, since, trouble, bundle);
    }
}

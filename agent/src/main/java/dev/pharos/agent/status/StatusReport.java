package dev.pharos.agent.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of the agent, as {@code status --json} prints it; scripts rely on the names.
 *
 * @param host this host's name
 * @param addresses its overlay addresses
 * @param revision the configuration it enforces; null on a stand-alone node
 * @param controlPlane the link to the control plane; null on a stand-alone node
 * @param peers every host with a tunnel
 * @param problems what a person should look at, one line each; {@code status --check} fails on any
 * @param notices what is not as it should be and needs nobody now, one line each; null from an older agent
 * @param limits bounds on what others may cost that were hit; null from an older agent
 */
public record StatusReport(
        String host,
        List<String> addresses,
        @Nullable Revision revision,
        @Nullable ControlPlane controlPlane,
        List<Peer> peers,
        String version,
        Instant startedAt,
        List<String> problems,
        @Nullable List<String> notices,
        @Nullable List<Limit> limits) {

    /** The same with these findings. */
    public StatusReport with(List<String> problems, List<String> notices) {
        return new StatusReport(
                host, addresses, revision, controlPlane, peers, version, startedAt, problems, notices, limits);
    }

    /**
     * A bound on what others may cost this host that was hit.
     *
     * @param name what there was too much of
     * @param count how often, since the agent started
     */
    public record Limit(String name, long count) {}

    /** The order of configurations: by epoch, then number. */
    public record Revision(long epoch, long number) {}

    /**
     * The link to the control plane.
     *
     * @param connected whether the last request was answered as the protocol wants it
     * @param url the node last spoken to, or tried
     * @param since when {@code connected} became what it is
     */
    public record ControlPlane(boolean connected, String url, Instant since) {}

    /**
     * A host with a tunnel to this one.
     *
     * @param path {@code direct}, or {@code relay:} and the relay's name
     * @param endpoint where its packets go on the underlay; null while relayed
     * @param rttMs the last round-trip time that was measured; null before
     * @param bytesIn of the overlay's packets since the tunnel came up
     */
    public record Peer(
            String name,
            String address,
            String path,
            @Nullable String endpoint,
            @Nullable Double rttMs,
            @Nullable Instant lastHandshake,
            @Nullable Instant lastHeard,
            long bytesIn,
            long bytesOut) {}
}

package dev.pharos.agent.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this host can reach, and how it looks from outside; scripts rely on the names.
 *
 * @param lighthouses those it reports to; none on a lighthouse of a stand-alone network
 * @param ownEndpoints where it says it may be reached
 * @param observed where others see it
 * @param ipv6 whether one of its own endpoints is IPv6
 * @param portMapping how a router was asked to forward a port: {@code none}, as none is asked yet
 * @param controlPlane the link to the control plane; null on a stand-alone node
 */
public record NetcheckReport(
        String host,
        List<Lighthouse> lighthouses,
        Nat nat,
        List<String> ownEndpoints,
        List<Observation> observed,
        boolean ipv6,
        String portMapping,
        StatusReport.@Nullable ControlPlane controlPlane,
        Mtu mtu) {

    /**
     * One lighthouse, asked now.
     *
     * @param endpoint where packets to it go; null when it has no tunnel
     * @param rttMs null when it did not answer
     */
    public record Lighthouse(
            String name,
            String address,
            boolean reachable,
            @Nullable String endpoint,
            @Nullable String path,
            @Nullable Double rttMs) {}

    /**
     * The translation of addresses before this host.
     *
     * @param kind {@code none}, {@code cone}, {@code symmetric}, {@code some} (one observer cannot tell) or {@code unknown}
     */
    public record Nat(String kind, String explanation) {}

    /** A peer that sees this host at an endpoint. */
    public record Observation(String by, String endpoint) {}

    /**
     * Sizes of packets in bytes.
     *
     * @param device of the overlay's device; 0 without one
     * @param onTheWire what a full overlay packet becomes, over the underlay's larger family in use
     * @param underlay the smallest of this machine's links; 0 when there is none
     */
    public record Mtu(int device, int onTheWire, int underlay, boolean fits) {}
}

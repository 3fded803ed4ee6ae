package dev.pharos.agent.status;

import java.time.Instant;
import java.util.Locale;

/** A {@link NetcheckReport} for eyes and for machines. */
public final class NetcheckPrint {
    private NetcheckPrint() {}

    /** The JSON that scripts read. */
    public static String json(NetcheckReport report) {
        return LocalMessages.writePretty(report);
    }

    /** A line for each thing that was looked at. */
    public static String text(NetcheckReport report, Instant now) {
        StringBuilder text = new StringBuilder();
        if (report.lighthouses().isEmpty()) {
            line(text, "lighthouses", "none to ask: this host is one, or its configuration names none");
        }
        for (NetcheckReport.Lighthouse lighthouse : report.lighthouses()) {
            line(text, "lighthouse", describe(lighthouse));
        }
        line(text, "nat", report.nat().kind() + ": " + report.nat().explanation());
        report.observed().forEach(seen -> line(text, "seen at", seen.endpoint() + " by " + seen.by()));
        report.ownEndpoints().forEach(endpoint -> line(text, "own endpoint", endpoint));
        line(text, "ipv6", report.ipv6() ? "this host has a global address" : "no global address");
        line(text, "port mapping", report.portMapping() + ": forward a port by hand where one is needed");
        StatusReport.ControlPlane link = report.controlPlane();
        if (link != null) {
            line(
                    text,
                    "control plane",
                    (link.connected() ? "connected to " : "not connected, last tried ") + link.url() + ", for "
                            + StatusPrint.ago(link.since(), now));
        }
        line(text, "mtu", describe(report.mtu()));
        return text.toString();
    }

    private static String describe(NetcheckReport.Lighthouse lighthouse) {
        String who = lighthouse.name() + " (" + lighthouse.address() + ") ";
        if (!lighthouse.reachable() || lighthouse.rttMs() == null) {
            return who + "does not answer by UDP";
        }
        return who + "answers in " + String.format(Locale.ROOT, "%.1f ms", lighthouse.rttMs()) + ", "
                + lighthouse.path() + (lighthouse.endpoint() == null ? "" : " at " + lighthouse.endpoint());
    }

    private static String describe(NetcheckReport.Mtu mtu) {
        if (mtu.device() == 0) {
            return "no device";
        }
        return "packets of " + mtu.device() + " bytes become " + mtu.onTheWire() + " on links of " + mtu.underlay()
                + (mtu.fits()
                        ? ""
                        : ": too large, lower tun.mtu to " + (mtu.device() - mtu.onTheWire() + mtu.underlay()));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value));
    }
}

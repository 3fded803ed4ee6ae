package dev.pharos.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A {@link StatusReport} for eyes and for machines. */
public final class StatusPrint {
    private StatusPrint() {}

    /** The JSON that scripts read. */
    public static String json(StatusReport report) {
        return LocalMessages.writePretty(report);
    }

    /** A few lines about this host and a table of its peers. */
    public static String table(StatusReport report, Instant now) {
        StringBuilder text = new StringBuilder();
        line(text, "host", report.host() + "  " + String.join(", ", report.addresses()));
        if (report.revision() != null) {
            line(
                    text,
                    "revision",
                    report.revision().number() + " (epoch " + report.revision().epoch() + ")");
        }
        if (report.controlPlane() != null) {
            StatusReport.ControlPlane link = report.controlPlane();
            line(
                    text,
                    "control plane",
                    (link.connected() ? "connected to " : "not connected, last tried ") + link.url() + ", for "
                            + ago(link.since(), now));
        }
        report.problems().forEach(problem -> line(text, "problem", problem));
        if (report.notices() != null) {
            report.notices().forEach(notice -> line(text, "notice", notice));
        }
        if (report.limits() != null) {
            report.limits().forEach(limit -> line(text, "limit hit", limit.name() + ", " + limit.count() + " times"));
        }
        text.append('\n');
        rows(text, table(report.peers(), now));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value));
    }

    private static List<List<String>> table(List<StatusReport.Peer> peers, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PEER", "ADDRESS", "PATH", "ENDPOINT", "RTT", "HANDSHAKE", "HEARD", "IN", "OUT"));
        for (StatusReport.Peer peer : peers) {
            rows.add(List.of(
                    peer.name(),
                    peer.address(),
                    peer.path(),
                    peer.endpoint() == null ? "-" : peer.endpoint(),
                    peer.rttMs() == null ? "-" : String.format(Locale.ROOT, "%.1f ms", peer.rttMs()),
                    ago(peer.lastHandshake(), now),
                    ago(peer.lastHeard(), now),
                    bytes(peer.bytesIn()),
                    bytes(peer.bytesOut())));
        }
        return rows;
    }

    private static void rows(StringBuilder text, List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    static String ago(@Nullable Instant then, Instant now) {
        if (then == null) {
            return "never";
        }
        Duration age = Duration.between(then, now);
        if (age.toMinutes() < 1) {
            return Math.max(age.toSeconds(), 0) + " s";
        }
        return age.toHours() < 1 ? age.toMinutes() + " min" : age.toHours() + " h";
    }

    private static String bytes(long count) {
        if (count < 1024) {
            return count + " B";
        }
        return count < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", count / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", count / 1048576.0);
    }
}

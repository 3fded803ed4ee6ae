package dev.pharos.control.telemetry;

import dev.pharos.control.agent.AgentRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.HostReport.Peer;
import dev.pharos.protocol.bundle.HostReport.RefusedBundle;
import dev.pharos.protocol.bundle.PeerPath;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What an agent says of itself and its tunnels; only the last report is kept. */
@Hidden
@RestController
class ReportController {
    private final JdbcClient jdbc;
    private final Sightings sightings;
    private final HostNews news;

    ReportController(JdbcClient jdbc, Sightings sightings, HostNews news) {
        this.jdbc = jdbc;
        this.sightings = sightings;
        this.news = news;
    }

    @PostMapping("/agent/v1/report")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void report(HttpServletRequest request, @RequestBody byte[] body) {
        String hostId = AgentRequest.host(request).hostId();
        HostReport report = parse(body);
        sightings.seen(hostId, Optional.empty());
        boolean isNews = before(hostId).filter(outline(report)::equals).isEmpty();
        jdbc.sql("""
            insert into host_report (host_id, last_seen, reported_at, report)
            values (?, now(), now(), ?::jsonb)
            on conflict (host_id) do update set reported_at = excluded.reported_at, report = excluded.report\
            """)
                .params(hostId, new String(ControlJson.write(report), StandardCharsets.UTF_8))
                .update();
        if (isNews) {
            news.tell(List.of(hostId));
        }
    }

    private Optional<Outline> before(String hostId) {
        return jdbc.sql("select report from host_report where host_id = ? and report is not null")
                .param(hostId)
                .query(String.class)
                .optional()
                .map(text -> outline(parse(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** What of a report a dashboard would show at once. */
    private record Outline(Optional<RefusedBundle> refused, Map<VpnAddress, PeerPath> paths) {}

    private static Outline outline(HostReport report) {
        return new Outline(
                report.refused(),
                report.peers().stream().collect(Collectors.toMap(Peer::address, Peer::path, (first, _) -> first)));
    }

    private static HostReport parse(byte[] body) {
        try {
            return ControlJson.read(HostReport.class, body, ControlJson.MAX_ENVELOPE_BYTES);
        } catch (MalformedException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_CONTENT, "malformed", String.valueOf(e.getMessage()));
        }
    }
}

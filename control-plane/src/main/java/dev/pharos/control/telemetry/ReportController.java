package dev.pharos.control.telemetry;

import dev.pharos.control.agent.AgentRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.HostReport;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What an agent says of itself and its tunnels. */
@Hidden
@RestController
class ReportController {
    private final Reports reports;
    private final Sightings sightings;

    ReportController(Reports reports, Sightings sightings) {
        this.reports = reports;
        this.sightings = sightings;
    }

    @PostMapping("/agent/v1/report")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void report(HttpServletRequest request, @RequestBody byte[] body) {
        String hostId = AgentRequest.host(request).hostId();
        HostReport report = parse(body);
        sightings.seen(hostId, Optional.empty());
        reports.take(hostId, report);
    }

    private static HostReport parse(byte[] body) {
        try {
            return ControlJson.read(HostReport.class, body, ControlJson.MAX_ENVELOPE_BYTES);
        } catch (MalformedException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_CONTENT, "malformed", String.valueOf(e.getMessage()));
        }
    }
}

package dev.pharos.control.enrollment;

import dev.pharos.control.agent.AgentRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.delivery.Bundles;
import dev.pharos.control.host.HostChanges;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.telemetry.Sightings;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.EnrollmentPending;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Agents that join and leave. */
@Hidden
@RestController
@RequestMapping("/agent/v1")
class EnrollmentController {
    private static final Logger log = LoggerFactory.getLogger(EnrollmentController.class);

    private final Enrollment enrollment;
    private final Bundles bundles;
    private final Hosts hosts;
    private final HostChanges changes;
    private final Sightings sightings;

    EnrollmentController(
            Enrollment enrollment, Bundles bundles, Hosts hosts, HostChanges changes, Sightings sightings) {
        this.enrollment = enrollment;
        this.hosts = hosts;
        this.bundles = bundles;
        this.changes = changes;
        this.sightings = sightings;
    }

    /** 200 with the host's bundle, or 202 when it has to be approved first. */
    @PostMapping(path = "/enroll", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> enroll(HttpServletRequest http, @RequestBody byte[] body) {
        EnrollmentRequest request = parse(body);
        if (!AgentRequest.key(http).key().equals(request.keys().signing())) {
            throw new Problem(
                    HttpStatus.UNAUTHORIZED, "signature", "the request is signed by another key than it enrols");
        }
        String hostId = join(request);
        sightings.seen(hostId, Optional.empty());
        if (hosts.get(hostId).pending()) {
            return ResponseEntity.accepted().body(ControlJson.write(new EnrollmentPending(hostId)));
        }
        return bundles.whole(hostId)
                .map(answer -> ResponseEntity.ok(ControlJson.write(answer)))
                .orElseThrow(() -> new IllegalStateException("host " + hostId + " has joined and has no bundle"));
    }

    @PostMapping("/leave")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void leave(HttpServletRequest http) {
        changes.delete(AgentRequest.host(http).hostId());
    }

    /** Two requests with one key may meet; the second then finds the host that the first has made. */
    private String join(EnrollmentRequest request) {
        try {
            return enrollment.join(request);
        } catch (DataIntegrityViolationException e) {
            log.debug("Joining once more", e);
            return enrollment.join(request);
        }
    }

    private static EnrollmentRequest parse(byte[] body) {
        try {
            return ControlJson.read(EnrollmentRequest.class, body, ControlJson.MAX_ENVELOPE_BYTES);
        } catch (MalformedException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_CONTENT, "malformed", String.valueOf(e.getMessage()));
        }
    }
}

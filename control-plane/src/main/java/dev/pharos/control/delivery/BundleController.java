package dev.pharos.control.delivery;

import dev.pharos.control.agent.AgentRequest;
import dev.pharos.control.agent.AgentRequest.FromHost;
import dev.pharos.control.api.Problem;
import dev.pharos.control.delivery.Bundles.Wanted;
import dev.pharos.control.telemetry.Sightings;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import dev.pharos.protocol.bundle.ShownBundle;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** An agent's long poll for its bundle, and the parts that a bundle names. */
@Hidden
@RestController
@RequestMapping("/agent/v1")
class BundleController {
    private static final int LONGEST_WAIT_SECONDS = 50;
    private final Desk desk;
    private final Bundles bundles;
    private final ForgottenBundles forgotten;
    private final Sightings sightings;

    BundleController(Desk desk, Bundles bundles, ForgottenBundles forgotten, Sightings sightings) {
        this.desk = desk;
        this.bundles = bundles;
        this.forgotten = forgotten;
        this.sightings = sightings;
    }

    @GetMapping("/bundle")
    DeferredResult<ResponseEntity<byte[]>> bundle(
            HttpServletRequest request,
            @RequestParam(defaultValue = "0") long epoch,
            @RequestParam(defaultValue = "0") long number,
            @RequestParam(defaultValue = "") String digest,
            @RequestParam(defaultValue = "0") int wait) {
        FromHost host = AgentRequest.host(request);
        Optional<RevisionId> enforced = enforced(epoch, number, digest);
        sightings.seen(host.hostId(), enforced);
        enforced.ifPresent(shown -> checkKnown(host, shown));
        return desk.take(host.networkId(), host.hostId(), enforced, jittered(wait));
    }

    /** A host that was asked to shows the bundle that it enforces. */
    @PostMapping("/bundle")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void show(HttpServletRequest request, @RequestBody byte[] body) {
        FromHost host = AgentRequest.host(request);
        try {
            forgotten.remember(
                    host.networkId(),
                    host.hostId(),
                    ControlJson.read(ShownBundle.class, body, ControlJson.MAX_ENVELOPE_BYTES));
        } catch (MalformedException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_CONTENT, "malformed", String.valueOf(e.getMessage()));
        }
    }

    @GetMapping("/parts/{digest}")
    ResponseEntity<byte[]> part(HttpServletRequest request, @PathVariable String digest) {
        FromHost host = AgentRequest.host(request);
        return bundles.part(host.networkId(), host.hostId(), parsed(digest))
                .map(bytes -> ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .cacheControl(CacheControl.noStore())
                        .body(bytes))
                .orElseThrow(() -> Problem.notFound("part " + digest));
    }

    /** What an agent enforces came from us: if we do not know it, this database has forgotten something. */
    private void checkKnown(FromHost host, RevisionId shown) {
        boolean current = bundles.find(host.hostId())
                .map(Wanted::id)
                .filter(shown::equals)
                .isPresent();
        if (!current && forgotten.wantsToSee(host.networkId(), host.hostId(), shown)) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "show-bundle",
                    "this control plane has forgotten the bundle that the host enforces; POST it to /agent/v1/bundle");
        }
    }

    private static Optional<RevisionId> enforced(long epoch, long number, String digest) {
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        if (epoch < 0 || number < 0) {
            throw Problem.field("number", "must not be negative");
        }
        return Optional.of(new RevisionId(new Revision(epoch, number), parsed(digest)));
    }

    private static Digest parsed(String digest) {
        try {
            return Digest.parse(digest);
        } catch (MalformedException e) {
            throw Problem.field("digest", "must be 64 lower-case hexadecimal digits");
        }
    }

    /** Agents that began together do not go on asking together. */
    private static Duration jittered(int seconds) {
        long millis = 1000L * Math.clamp(seconds, 0, LONGEST_WAIT_SECONDS);
        return Duration.ofMillis(
                millis - (long) (millis * 0.2 * RandomGenerator.getDefault().nextDouble()));
    }
}

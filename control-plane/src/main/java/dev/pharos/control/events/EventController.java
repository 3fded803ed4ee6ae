package dev.pharos.control.events;

import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Server-sent events: what a dashboard shows and would have to ask for again and again otherwise. */
@RestController
class EventController {
    private final EventStreams streams;
    private final Networks networks;

    EventController(EventStreams streams, Networks networks) {
        this.streams = streams;
        this.networks = networks;
    }

    @ApiResponse(
            responseCode = "200",
            description =
                    "A stream that the server ends after ten minutes. Event `revision`, at the beginning and whenever"
                        + " the bundles of a new revision are ready: {\"epoch\": 1795460000, \"number\": 17}. Event"
                        + " `hosts`, when state, revision or paths of hosts are others: {\"all\": false, \"ids\":"
                        + " [\"host_…\"]}; with `all`, any host's may be. What happens to a slow reader is added up.",
            content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string")))
    @GetMapping(path = "/api/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(@RequestParam(required = false) @Nullable String networkId) {
        return streams.open(networks.named(networkId).id());
    }
}

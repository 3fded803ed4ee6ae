package dev.pharos.control.route;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/routes")
class RouteController {
    /**
     * @param routers hosts with an agent; of several the first one that can be reached is used
     * @param masquerade whether packets get there from the router's own address; true when absent. Without it the subnet
     *     needs a route of its own to the overlay
     * @param metric in the tables of the hosts that use it, 1000 when absent; smaller wins
     */
    record NewRoute(
            @Schema(example = "192.168.7.0/24") @NotBlank String subnet,

            @Schema(example = "[\"host:rpi\", \"host:home-server\"]") @NotEmpty
            List<@NotBlank String> routers,

            @Nullable Boolean masquerade,
            @Nullable @Min(0) @Max(Integer.MAX_VALUE) Integer metric,
            @Nullable String networkId) {
        RouteText text() {
            return RouteText.asWritten(subnet, routers, masquerade, metric);
        }
    }

    /** What is absent stays as it is. */
    record RouteChange(
            @Schema(example = "192.168.7.0/24") @Nullable String subnet,
            @Nullable List<@NotBlank String> routers,
            @Nullable Boolean masquerade,
            @Nullable @Min(0) @Max(Integer.MAX_VALUE) Integer metric) {
        RouteText over(RouteText old) {
            return new RouteText(
                    subnet == null ? old.subnet() : subnet,
                    routers == null ? old.routers() : routers,
                    masquerade == null ? old.masquerade() : masquerade,
                    metric == null ? old.metric() : metric);
        }
    }

    @Schema(name = "Route")
    record RouteView(
            String id,
            String networkId,
            String subnet,
            List<String> routers,
            boolean masquerade,
            int metric,
            Instant createdAt) {}

    private final Routes routes;
    private final RouteBook book;
    private final Networks networks;
    private final Creations creations;

    RouteController(Routes routes, RouteBook book, Networks networks, Creations creations) {
        this.routes = routes;
        this.book = book;
        this.networks = networks;
        this.creations = creations;
    }

    @GetMapping
    Page<RouteView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        List<Route> rows = routes.page(networks.named(networkId).id(), page.afterId(), page.like(), page.rows());
        return Page.of(rows, page.size(), Route::id, this::view);
    }

    @GetMapping("/{id}")
    ResponseEntity<RouteView> get(@PathVariable String id) {
        Route route = routes.get(id);
        return EntityTags.tagged(route.version(), view(route));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<RouteView> create(
            @Valid @RequestBody NewRoute body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "routes",
                key,
                body,
                () -> view(book.create(networks.named(body.networkId()).id(), body.text())),
                RouteView::id,
                id -> view(routes.get(id)));
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<RouteView> change(
            @PathVariable String id,
            @Valid @RequestBody RouteChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Route route = routes.get(id);
        EntityTags.require(ifMatch, route.version());
        book.change(route, body.over(book.text(route.content())));
        return EntityTags.tagged(route.version(), view(route));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        book.delete(routes.get(id));
    }

    private RouteView view(Route route) {
        RouteText text = book.text(route.content());
        return new RouteView(
                route.id(),
                route.networkId(),
                text.subnet(),
                text.routers(),
                text.masquerade(),
                text.metric(),
                route.createdAt());
    }
}

package dev.pharos.control.host;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.host.HostView.PeerView;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
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
@RequestMapping("/api/v1/hosts")
class HostController {
    /**
     * @param address of either family; instead of {@code addresses}
     * @param addresses one of each family at most; of a family without one it gets the lowest that is free
     */
    record NewHost(
            @NotBlank String name,

            @Schema(allowableValues = {"agent", "nebula"})
            @NotNull
            @Pattern(regexp = "agent|nebula", message = "must be agent or nebula")
            String kind,

            @Nullable String address,
            @Nullable @Size(max = 2) List<@NotBlank String> addresses,
            @Nullable List<@NotBlank String> groups,
            @Nullable String networkId) {}

    /** What is absent stays as it is, and so does the address of a family that is not among those named. */
    record HostChange(
            @Nullable String name,
            @Nullable String address,
            @Nullable @Size(max = 2) List<@NotBlank String> addresses,
            @Nullable List<@NotBlank String> groups,
            @Nullable Boolean lighthouse,
            @Nullable Boolean relay,
            @Nullable List<@NotBlank String> endpoints) {}

    private final Hosts hosts;
    private final HostDirectory directory;
    private final HostChanges changes;
    private final Inventory inventory;
    private final Networks networks;
    private final Creations creations;

    HostController(
            Hosts hosts,
            HostDirectory directory,
            HostChanges changes,
            Inventory inventory,
            Networks networks,
            Creations creations) {
        this.hosts = hosts;
        this.directory = directory;
        this.changes = changes;
        this.inventory = inventory;
        this.networks = networks;
        this.creations = creations;
    }

    @GetMapping
    Page<HostView> list(@ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        List<HostView> rows = directory.page(networks.named(networkId).id(), page);
        return Page.of(rows, page.size(), HostView::id, host -> host);
    }

    @GetMapping("/{id}")
    ResponseEntity<HostView> get(@PathVariable String id) {
        return EntityTags.tagged(hosts.get(id).version(), directory.get(id));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<HostView> create(
            @Valid @RequestBody NewHost body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once("hosts", key, body, () -> create(body), HostView::id, directory::get);
    }

    private HostView create(NewHost body) {
        List<String> groups = body.groups() == null ? List.of() : body.groups();
        Host host = inventory.add(
                networks.named(body.networkId()),
                body.name(),
                body.kind(),
                WantedAddresses.of(body.address(), body.addresses()),
                groups);
        return directory.get(host.id());
    }

    @PatchMapping("/{id}")
    ResponseEntity<HostView> change(
            @PathVariable String id,
            @Valid @RequestBody HostChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        changes.apply(id, body, ifMatch);
        return get(id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        changes.delete(id);
    }

    /** How it reaches the others, as it last reported. */
    @GetMapping("/{id}/peers")
    Page<PeerView> peers(@PathVariable String id, @ParameterObject PageRequest page) {
        List<PeerView> after = directory.peers(id).stream()
                .filter(peer -> peer.address().compareTo(page.after()) > 0)
                .sorted(Comparator.comparing(PeerView::address))
                .limit(page.size() + 1L)
                .toList();
        return Page.of(after, page.size(), PeerView::address, peer -> peer);
    }

    /** Lets in a host whose state is {@code pending}; to turn it away is to delete it. */
    @PostMapping("/{id}/approve")
    ResponseEntity<HostView> approve(@PathVariable String id) {
        changes.approve(id);
        return get(id);
    }

    @PostMapping("/{id}/block")
    ResponseEntity<HostView> block(@PathVariable String id) {
        changes.block(id);
        return get(id);
    }

    @PostMapping("/{id}/unblock")
    ResponseEntity<HostView> unblock(@PathVariable String id) {
        changes.unblock(id);
        return get(id);
    }
}

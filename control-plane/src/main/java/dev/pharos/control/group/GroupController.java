package dev.pharos.control.group;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.PlainText;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.network.Networks;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
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
@RequestMapping("/api/v1/groups")
class GroupController {
    record NewGroup(
            @NotBlank String name,
            @Nullable @Size(max = 500) @PlainText String description,
            @Nullable String networkId) {}

    record GroupChange(@NotNull @Size(max = 500) @PlainText String description) {}

    @Schema(name = "Group")
    record GroupView(String id, String networkId, String name, String description, Instant createdAt) {
        static GroupView of(HostGroup group) {
            return new GroupView(group.id(), group.networkId(), group.name(), group.description(), group.createdAt());
        }
    }

    private final HostGroups groups;
    private final Networks networks;
    private final Creations creations;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    GroupController(
            HostGroups groups, Networks networks, Creations creations, Audit audit, JdbcClient jdbc, Clock clock) {
        this.groups = groups;
        this.networks = networks;
        this.creations = creations;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @GetMapping
    Page<GroupView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        String network = networks.named(networkId).id();
        return Page.of(
                groups.page(network, page.afterId(), page.like(), page.rows()),
                page.size(),
                HostGroup::id,
                GroupView::of);
    }

    @GetMapping("/{id}")
    ResponseEntity<GroupView> get(@PathVariable String id) {
        HostGroup group = groups.get(id);
        return EntityTags.tagged(group.version(), GroupView.of(group));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<GroupView> create(
            @Valid @RequestBody NewGroup body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "groups", key, body, () -> create(body), GroupView::id, id -> GroupView.of(groups.get(id)));
    }

    private GroupView create(NewGroup body) {
        String network = networks.named(body.networkId()).id();
        if (!Groups.isName(body.name())) {
            throw Problem.field("name", "must be 1 to 63 letters, digits, dots, dashes or underscores");
        }
        if (groups.existsByNetworkIdAndName(network, body.name())) {
            throw Problem.taken("name", "is the name of another group");
        }
        String description = body.description() == null ? "" : body.description();
        Instant now = clock.instant();
        HostGroup group =
                groups.saveAndFlush(new HostGroup(Ids.next("grp", now), network, body.name(), description, now));
        GroupView made = GroupView.of(group);
        audit.record(network, "group.create", group.id(), null, made);
        return made;
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<GroupView> change(
            @PathVariable String id,
            @Valid @RequestBody GroupChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        HostGroup group = groups.get(id);
        EntityTags.require(ifMatch, group.version());
        GroupView before = GroupView.of(group);
        group.describe(body.description());
        groups.saveAndFlush(group);
        GroupView after = GroupView.of(group);
        audit.record(group.networkId(), "group.change", id, before, after);
        return EntityTags.tagged(group.version(), after);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        HostGroup group = groups.get(id);
        if (isUsed(group)) {
            throw new Problem(
                    HttpStatus.CONFLICT, "in-use", "group " + group.name() + " is used by a host, a policy or a token");
        }
        groups.delete(group);
        audit.record(group.networkId(), "group.delete", id, GroupView.of(group), null);
    }

    private boolean isUsed(HostGroup group) {
        return jdbc.sql("""
            select exists (select from host where network_id = :network and :name = any (groups))
                or exists (select from enrollment_token
                           where network_id = :network and :name = any (groups) and expires_at > now())
                or exists (select from policy
                           where network_id = :network and 'group:' || :name = any (sources || targets))\
            """)
                .param("network", group.networkId())
                .param("name", group.name())
                .query(Boolean.class)
                .single();
    }
}

package dev.pharos.control.policy;

import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.Problem;
import dev.pharos.control.policy.PolicyController.PolicyView;
import dev.pharos.control.policy.PolicyHistory.Past;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a policy has said, who changed it, and the way back. */
@RestController
@RequestMapping("/api/v1/policies/{id}")
class HistoryController {
    /**
     * @param number counts the entries of one policy
     * @param content null when the policy was deleted
     * @param changes from the entry before
     */
    @Schema(name = "PolicyHistoryEntry")
    record Entry(
            int number,
            Instant at,
            String author,
            String action,
            @Nullable PolicyContent content,
            List<Change> changes) {
        String cursor() {
            return Integer.toString(number);
        }
    }

    /** The JSON of a field before and after, null where it was not there. */
    @Schema(name = "PolicyFieldChange")
    record Change(
            String field, @Nullable String before, @Nullable String after) {}

    record Rollback(@NotNull Integer number) {}

    private final PolicyHistory history;
    private final Policies policies;
    private final PolicyBook book;
    private final JsonMapper json;

    HistoryController(PolicyHistory history, Policies policies, PolicyBook book, JsonMapper json) {
        this.history = history;
        this.policies = policies;
        this.book = book;
        this.json = json;
    }

    @GetMapping("/history")
    Page<Entry> history(@PathVariable String id, @ParameterObject PageRequest page) {
        List<Past> rows = history.before(id, before(page), page.size() + 2);
        if (rows.isEmpty() && policies.findById(id).isEmpty()) {
            throw Problem.notFound("policy " + id);
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Math.min(rows.size(), page.size() + 1); i++) {
            Past past = rows.get(i);
            Optional<PolicyContent> earlier =
                    i + 1 < rows.size() ? rows.get(i + 1).content() : Optional.empty();
            entries.add(new Entry(
                    past.number(),
                    past.at(),
                    past.author(),
                    past.action(),
                    past.content().orElse(null),
                    changes(earlier, past.content())));
        }
        return Page.of(entries, page.size(), Entry::cursor, entry -> entry);
    }

    /** Says again what an entry said. A policy that was deleted comes back under its id. */
    @PostMapping("/rollback")
    @Transactional
    ResponseEntity<PolicyView> rollback(
            @PathVariable String id,
            @Valid @RequestBody Rollback body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Past past = history.find(id, body.number())
                .filter(entry -> entry.content().isPresent())
                .orElseThrow(() -> Problem.field("number", "is no entry of this policy with a content"));
        Optional<Policy> policy = policies.findById(id);
        if (policy.isPresent()) {
            EntityTags.require(ifMatch, policy.get().version());
            book.change(policy.get(), past.content().orElseThrow(), "policy.rollback");
        } else {
            book.create(past.networkId(), id, past.content().orElseThrow());
        }
        Policy now = policies.get(id);
        return EntityTags.tagged(now.version(), PolicyView.of(now));
    }

    private static int before(PageRequest page) {
        if (page.after().isEmpty()) {
            return Integer.MAX_VALUE;
        }
        if (!page.after().matches("\\d{1,9}")) {
            throw Problem.field("cursor", "is not one that this list has given");
        }
        return Integer.parseInt(page.after());
    }

    private List<Change> changes(Optional<PolicyContent> before, Optional<PolicyContent> after) {
        JsonNode old = before.<JsonNode>map(json::valueToTree).orElseGet(json::createObjectNode);
        JsonNode fresh = after.<JsonNode>map(json::valueToTree).orElseGet(json::createObjectNode);
        TreeSet<String> fields = new TreeSet<>(old.propertyNames());
        fields.addAll(fresh.propertyNames());
        return fields.stream()
                .filter(field -> !old.path(field).equals(fresh.path(field)))
                .map(field -> new Change(field, text(old, field), text(fresh, field)))
                .toList();
    }

    private static @Nullable String text(JsonNode object, String field) {
        return object.has(field) ? object.path(field).toString() : null;
    }
}

package dev.pharos.control.dns;

import dev.pharos.control.api.Creations;
import dev.pharos.control.api.EntityTags;
import dev.pharos.control.api.Page;
import dev.pharos.control.api.PageRequest;
import dev.pharos.control.api.PlainText;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.RecordType;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
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
@RequestMapping("/api/v1/dns-records")
class DnsRecordController {
    /**
     * @param name without the zone; hosts have their names without any record
     * @param data addresses, texts, or for a CNAME one other name in the zone
     * @param ttl how long an answer may be remembered, seconds; 300 when absent
     */
    record NewDnsRecord(
            @Schema(example = "printer") @NotBlank @Size(max = 253)
            String name,

            @NotNull RecordType type,
            @Schema(example = "[\"192.168.7.9\"]") @NotEmpty List<@NotNull @PlainText String> data,
            @Nullable @Min(0) @Max(DnsRecord.MAX_TTL) Integer ttl,
            @Nullable String networkId) {
        DnsRecord content() {
            return new DnsRecord(name, type, data, ttl == null ? DnsRecord.TTL : ttl);
        }
    }

    /** What is absent stays as it is. */
    record DnsRecordChange(
            @Nullable @Size(min = 1, max = 253) String name,
            @Nullable RecordType type,
            @Nullable List<@NotNull @PlainText String> data,
            @Nullable @Min(0) @Max(DnsRecord.MAX_TTL) Integer ttl) {
        DnsRecord over(DnsRecord old) {
            return new DnsRecord(
                    name == null ? old.name() : name,
                    type == null ? old.type() : type,
                    data == null ? old.data() : data,
                    ttl == null ? old.ttl() : ttl);
        }
    }

    /** @param zone that the name is in; null when the network's name gives none */
    @Schema(name = "DnsRecord")
    record DnsRecordView(
            String id,
            String networkId,
            String name,
            @Nullable String zone,
            RecordType type,
            List<String> data,
            int ttl,
            Instant createdAt) {}

    private final ZoneEntries entries;
    private final RecordBook book;
    private final Networks networks;
    private final Creations creations;

    DnsRecordController(ZoneEntries entries, RecordBook book, Networks networks, Creations creations) {
        this.entries = entries;
        this.book = book;
        this.networks = networks;
        this.creations = creations;
    }

    @GetMapping
    Page<DnsRecordView> list(
            @ParameterObject PageRequest page, @RequestParam(required = false) @Nullable String networkId) {
        Network network = networks.named(networkId);
        List<ZoneEntry> rows = entries.page(network.id(), page.afterId(), page.like(), page.rows());
        return Page.of(rows, page.size(), ZoneEntry::id, entry -> view(entry, network));
    }

    @GetMapping("/{id}")
    ResponseEntity<DnsRecordView> get(@PathVariable String id) {
        ZoneEntry entry = entries.get(id);
        return EntityTags.tagged(entry.version(), view(entry));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<DnsRecordView> create(
            @Valid @RequestBody NewDnsRecord body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        return creations.once(
                "dns-records",
                key,
                body,
                () -> view(book.create(networks.named(body.networkId()).id(), body.content())),
                DnsRecordView::id,
                id -> view(entries.get(id)));
    }

    @PatchMapping("/{id}")
    @Transactional
    ResponseEntity<DnsRecordView> change(
            @PathVariable String id,
            @Valid @RequestBody DnsRecordChange body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        ZoneEntry entry = entries.get(id);
        EntityTags.require(ifMatch, entry.version());
        book.change(entry, body.over(entry.content()));
        return EntityTags.tagged(entry.version(), view(entry));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    void delete(@PathVariable String id) {
        book.delete(entries.get(id));
    }

    private DnsRecordView view(ZoneEntry entry) {
        return view(entry, networks.get(entry.networkId()));
    }

    private static DnsRecordView view(ZoneEntry entry, Network network) {
        DnsRecord content = entry.content();
        return new DnsRecordView(
                entry.id(),
                entry.networkId(),
                content.name(),
                NamesPart.zoneOf(network.name()).orElse(null),
                content.type(),
                content.data(),
                content.ttl(),
                entry.createdAt());
    }
}

package dev.pharos.control.dns;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.network.Revisions;
import dev.pharos.control.network.Touched;
import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.RecordType;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes records; refuses those that no agent could answer truthfully. */
@Component
@Transactional
public class RecordBook {
    private static final String DATA = "data";

    private final ZoneEntries entries;
    private final Revisions revisions;
    private final Audit audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    RecordBook(ZoneEntries entries, Revisions revisions, Audit audit, JdbcClient jdbc, Clock clock) {
        this.entries = entries;
        this.revisions = revisions;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    ZoneEntry create(String networkId, DnsRecord content) {
        begin(networkId);
        check(networkId, "", content);
        requireRoom(networkId, Optional.empty(), content);
        ZoneEntry entry = new ZoneEntry(Ids.next("dns", clock.instant()), networkId, clock.instant(), content);
        entries.saveAndFlush(entry);
        note(entry, "dns-record.create", "added", null, content);
        return entry;
    }

    void change(ZoneEntry entry, DnsRecord content) {
        begin(entry.networkId());
        check(entry.networkId(), "", content);
        requireRoom(entry.networkId(), Optional.of(entry.id()), content);
        DnsRecord before = entry.content();
        entry.say(content);
        entries.saveAndFlush(entry);
        note(entry, "dns-record.change", "changed", before, content);
    }

    void delete(ZoneEntry entry) {
        begin(entry.networkId());
        entries.delete(entry);
        entries.flush();
        note(entry, "dns-record.delete", "deleted", entry.content(), null);
    }

    /** By name and type, in the order of their creation. */
    @Transactional(readOnly = true)
    public Map<String, DnsRecord> of(String networkId) {
        Map<String, DnsRecord> all = new LinkedHashMap<>();
        entries.all(networkId).forEach(entry -> all.put(key(entry.content()), entry.content()));
        return all;
    }

    /** {@code printer A}: what no two records share. */
    public static String key(DnsRecord content) {
        return content.name() + " " + content.type();
    }

    /** Makes these all the records that the network has; those of a name and type that are there already keep their id. */
    public void replaceAll(String networkId, List<DnsRecord> wanted) {
        begin(networkId);
        Map<String, DnsRecord> byKey = new LinkedHashMap<>();
        wanted.forEach(record -> byKey.put(key(record), record));
        List<ZoneEntry> before = entries.all(networkId);
        before.stream()
                .filter(entry -> !byKey.containsKey(key(entry.content())))
                .forEach(this::delete);
        for (ZoneEntry entry : before) {
            DnsRecord content = byKey.remove(key(entry.content()));
            if (content != null && !content.equals(entry.content())) {
                change(entry, content);
            }
        }
        byKey.values().forEach(content -> create(networkId, content));
    }

    /**
     * Refuses what is no record, whatever others there are.
     *
     * @param place of the record in the request, for the problem
     */
    @Transactional(readOnly = true)
    public void check(String networkId, String place, DnsRecord content) {
        if (!DnsRecord.isName(content.name())) {
            throw Problem.field(place + "name", "must be a name without the zone, like printer or www.shop");
        }
        if (content.data().isEmpty() || content.data().size() > DnsRecord.MAX_DATA) {
            throw Problem.field(place + DATA, "must be 1 to " + DnsRecord.MAX_DATA + " values");
        }
        for (int i = 0; i < content.data().size(); i++) {
            if (!DnsRecord.isData(content.type(), content.data().get(i))) {
                throw Problem.field(place + DATA + "[" + i + "]", expected(content.type()));
            }
        }
        if (content.type() == RecordType.CNAME && content.data().size() > 1) {
            throw Problem.field(place + DATA, "must be one name: a CNAME has no other");
        }
        if (content.type() != RecordType.TXT && isHost(networkId, content.name())) {
            throw new Problem(HttpStatus.CONFLICT, "taken", "name is the name of a host", place + "name");
        }
    }

    private static String expected(RecordType type) {
        return switch (type) {
            case A -> "must be an IPv4 address";
            case AAAA -> "must be an IPv6 address";
            case CNAME -> "must be another name in the zone, without the zone";
            case TXT -> "must be a text of at most " + DnsRecord.MAX_TEXT + " bytes";
        };
    }

    private boolean isHost(String networkId, String name) {
        return jdbc.sql("select exists (select from host where network_id = ? and lower(name) = ? and deleted_at is"
                        + " null)")
                .params(networkId, name)
                .query(Boolean.class)
                .single();
    }

    /** Names come in whatever case, and beside a CNAME there is nothing else (RFC 1034 section 3.6.2). */
    private void requireRoom(String networkId, Optional<String> self, DnsRecord content) {
        for (ZoneEntry other : entries.named(networkId, content.name())) {
            if (Optional.of(other.id()).equals(self)) {
                continue;
            }
            if (other.content().type() == content.type()) {
                throw Problem.taken("name", "has a record of that type; change its data");
            }
            if (other.content().type() == RecordType.CNAME || content.type() == RecordType.CNAME) {
                throw Problem.taken("name", "has another record, and a CNAME can have none beside it");
            }
        }
    }

    /** One writer of a network's records at a time. */
    private void begin(String networkId) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 4))")
                .param(networkId)
                .query()
                .singleRow();
    }

    private void note(
            ZoneEntry entry, String action, String what, @Nullable DnsRecord before, @Nullable DnsRecord after) {
        audit.record(entry.networkId(), action, entry.id(), before, after);
        revisions.next(entry.networkId(), "DNS record " + entry.content().name() + " " + what, Touched.noHost());
    }
}

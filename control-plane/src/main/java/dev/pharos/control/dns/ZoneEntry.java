package dev.pharos.control.dns;

import dev.pharos.protocol.bundle.DnsRecord;
import dev.pharos.protocol.bundle.RecordType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A record in a network's zone. */
@Entity
@Table(name = "dns_record")
class ZoneEntry {
    @Id
    private String id;

    private String networkId;
    private String name;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private RecordType type;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> data;

    private int ttl;

    @Version
    private long version;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected ZoneEntry() {}

    @SuppressWarnings("NullAway.Init")
    ZoneEntry(String id, String networkId, Instant now, DnsRecord content) {
        this.id = id;
        this.networkId = networkId;
        this.createdAt = now;
        say(content);
    }

    String id() {
        return id;
    }

    String networkId() {
        return networkId;
    }

    DnsRecord content() {
        return new DnsRecord(name, type, data, ttl);
    }

    long version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    final void say(DnsRecord content) {
        name = content.name();
        type = content.type();
        data = content.data();
        ttl = content.ttl();
    }
}

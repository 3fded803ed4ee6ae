package dev.pharos.control.policy;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Who may reach whom, by what. */
@Entity
class Policy {
    @Id
    private String id;

    private String networkId;
    private String name;
    private boolean enabled;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> sources;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> targets;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<Allow> allow;

    private boolean restrictsEgress;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<PolicyTest> tests;

    @Version
    private long version;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected Policy() {}

    @SuppressWarnings("NullAway.Init")
    Policy(String id, String networkId, Instant now, PolicyContent content) {
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

    PolicyContent content() {
        return new PolicyContent(name, sources, targets, allow, enabled, restrictsEgress, tests);
    }

    long version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    final void say(PolicyContent content) {
        name = content.name();
        sources = content.from();
        targets = content.to();
        allow = content.allow();
        enabled = content.enabled();
        restrictsEgress = content.restrictsEgress();
        tests = content.tests();
    }
}

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

    @Version
    private long version;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected Policy() {}

    Policy(String id, String networkId, String name, Instant now) {
        this.id = id;
        this.networkId = networkId;
        this.name = name;
        this.enabled = true;
        this.sources = List.of();
        this.targets = List.of();
        this.allow = List.of();
        this.createdAt = now;
    }

    String id() {
        return id;
    }

    String networkId() {
        return networkId;
    }

    String name() {
        return name;
    }

    boolean enabled() {
        return enabled;
    }

    List<String> sources() {
        return List.copyOf(sources);
    }

    List<String> targets() {
        return List.copyOf(targets);
    }

    List<Allow> allow() {
        return List.copyOf(allow);
    }

    long version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    void rename(String newName) {
        name = newName;
    }

    void enable(boolean isEnabled) {
        enabled = isEnabled;
    }

    void say(List<String> newSources, List<String> newTargets, List<Allow> newAllow) {
        sources = newSources;
        targets = newTargets;
        allow = newAllow;
    }
}

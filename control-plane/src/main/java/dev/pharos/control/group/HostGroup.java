package dev.pharos.control.group;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;

/** A group, which hosts belong to by name. */
@Entity
class HostGroup {
    @Id
    private String id;

    private String networkId;
    private String name;
    private String description;

    @Version
    private long version;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected HostGroup() {}

    HostGroup(String id, String networkId, String name, String description, Instant now) {
        this.id = id;
        this.networkId = networkId;
        this.name = name;
        this.description = description;
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

    String description() {
        return description;
    }

    Instant createdAt() {
        return createdAt;
    }

    long version() {
        return version;
    }

    void describe(String newDescription) {
        description = newDescription;
    }
}

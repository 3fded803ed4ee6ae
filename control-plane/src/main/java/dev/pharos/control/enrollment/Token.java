package dev.pharos.control.enrollment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An enrolment token as the server knows it: without the secret. Its uses are counted by SQL alone. */
@Entity
@Table(name = "enrollment_token")
class Token {
    @Id
    private String id;

    private String networkId;
    private String name;
    private byte[] secretHash;

    @Column(updatable = false)
    private int uses;

    private int maxUses;
    private Instant expiresAt;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> groups;

    /** Read by SQL alone. */
    @SuppressWarnings("unused")
    private String bundleKeyId;

    private @Nullable String hostName;
    private @Nullable String hostAddress;
    private boolean ephemeral;
    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected Token() {}

    Token(
            String id,
            String networkId,
            String name,
            byte[] secretHash,
            int maxUses,
            Instant expiresAt,
            String bundleKeyId,
            Instant now) {
        this.id = id;
        this.networkId = networkId;
        this.name = name;
        this.secretHash = secretHash;
        this.maxUses = maxUses;
        this.expiresAt = expiresAt;
        this.bundleKeyId = bundleKeyId;
        this.groups = List.of();
        this.createdAt = now;
    }

    void preset(List<String> presetGroups, @Nullable String presetName, @Nullable String presetAddress) {
        groups = presetGroups;
        hostName = presetName;
        hostAddress = presetAddress;
    }

    void makeEphemeral(boolean isEphemeral) {
        ephemeral = isEphemeral;
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

    byte[] secretHash() {
        return secretHash.clone();
    }

    int uses() {
        return uses;
    }

    int maxUses() {
        return maxUses;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    List<String> groups() {
        return List.copyOf(groups);
    }

    Optional<String> hostName() {
        return Optional.ofNullable(hostName);
    }

    Optional<String> hostAddress() {
        return Optional.ofNullable(hostAddress);
    }

    boolean ephemeral() {
        return ephemeral;
    }

    Instant createdAt() {
        return createdAt;
    }
}

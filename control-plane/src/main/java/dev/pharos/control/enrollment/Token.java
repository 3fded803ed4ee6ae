package dev.pharos.control.enrollment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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
    private @Nullable String hostAddress6;
    private boolean ephemeral;
    private boolean approval;
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

    void preset(List<String> presetGroups) {
        groups = presetGroups;
    }

    /** @param addresses two at most */
    void presetHost(String presetName, List<String> addresses) {
        hostName = presetName;
        hostAddress = addresses.isEmpty() ? null : addresses.getFirst();
        hostAddress6 = addresses.size() < 2 ? null : addresses.getLast();
    }

    void makeEphemeral(boolean isEphemeral) {
        ephemeral = isEphemeral;
    }

    void requireApproval(boolean isRequired) {
        approval = isRequired;
    }

    /** Whether hosts that join with it wait until somebody lets them in. */
    boolean approval() {
        return approval;
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

    /** Those that the first host shall have; none, one, or one of each family. */
    List<String> hostAddresses() {
        return Stream.of(hostAddress, hostAddress6).filter(Objects::nonNull).toList();
    }

    boolean ephemeral() {
        return ephemeral;
    }

    Instant createdAt() {
        return createdAt;
    }
}

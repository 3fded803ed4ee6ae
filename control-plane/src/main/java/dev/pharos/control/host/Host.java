package dev.pharos.control.host;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.PublicKey;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A member of a network: one with our agent, or one with stock Nebula and an exported configuration. */
@Entity
public class Host {
    static final String AGENT = "agent";
    static final String NEBULA = "nebula";

    @Id
    private String id;

    private String networkId;
    private String name;
    private String kind;
    private String address;
    private @Nullable String address6;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> groups;

    private boolean lighthouse;
    private boolean relay;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> endpoints;

    private boolean blocked;
    private byte @Nullable [] signingKey;

    @Column(name = "x25519_key")
    private byte @Nullable [] x25519Key;

    @Column(name = "p256_key")
    private byte @Nullable [] p256Key;

    private @Nullable String tokenId;
    private boolean ephemeral;

    /** Read by SQL alone. */
    @SuppressWarnings("unused")
    private @Nullable Instant endpointsAt;

    private boolean pending;

    @Version
    private long version;

    private Instant createdAt;
    private @Nullable Instant deletedAt;

    @SuppressWarnings("NullAway.Init")
    protected Host() {}

    Host(
            String id,
            String networkId,
            String name,
            String kind,
            List<VpnAddress> addresses,
            List<String> groups,
            Instant now) {
        this.id = id;
        this.networkId = networkId;
        this.name = name;
        this.kind = kind;
        this.address = addresses.getFirst().toString();
        this.address6 = second(addresses);
        this.groups = groups;
        this.endpoints = List.of();
        this.createdAt = now;
    }

    public String id() {
        return id;
    }

    public String networkId() {
        return networkId;
    }

    public String name() {
        return name;
    }

    public boolean isAgent() {
        return kind.equals(AGENT);
    }

    /** On the overlay, the one that it is known by. */
    public VpnAddress address() {
        return addresses().getFirst();
    }

    /** On the overlay, one of each of the network's ranges, in their order. */
    public List<VpnAddress> addresses() {
        try {
            VpnAddress first = VpnAddress.parse(address);
            return address6 == null ? List.of(first) : List.of(first, VpnAddress.parse(address6));
        } catch (MalformedException e) {
            throw new IllegalStateException("host " + id + " has a damaged address", e);
        }
    }

    public List<String> groups() {
        return List.copyOf(groups);
    }

    public boolean lighthouse() {
        return lighthouse;
    }

    public boolean relay() {
        return relay;
    }

    List<String> endpoints() {
        return List.copyOf(endpoints);
    }

    public boolean blocked() {
        return blocked;
    }

    public boolean deleted() {
        return deletedAt != null;
    }

    /** Whether an agent has joined as this host. */
    public boolean enrolled() {
        return signingKey != null;
    }

    /** The key its agent signs requests with, Ed25519. */
    public Optional<byte[]> signingKey() {
        return Optional.ofNullable(signingKey);
    }

    /** The token it joined with. */
    public Optional<String> tokenId() {
        return Optional.ofNullable(tokenId);
    }

    /** The key its certificates are for, on the curve of its network. */
    Optional<PublicKey> certificateKey(Curve curve) {
        byte @Nullable [] bytes = switch (curve) {
            case CURVE25519 -> x25519Key;
            case P256 -> p256Key;
        };
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(PublicKey.of(curve, bytes));
        } catch (MalformedException e) {
            throw new IllegalStateException("host " + id + " has a damaged key", e);
        }
    }

    long version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    void join(byte[] signing, byte[] x25519, byte[] p256, String token) {
        signingKey = signing;
        x25519Key = x25519;
        p256Key = p256;
        tokenId = token;
    }

    void makeEphemeral(boolean isEphemeral) {
        ephemeral = isEphemeral;
    }

    boolean ephemeral() {
        return ephemeral;
    }

    void awaitApproval(boolean waits) {
        pending = waits;
    }

    /** Whether it has joined, and nobody has let it in as yet: it gets no certificate, and others do not hear of it. */
    public boolean pending() {
        return pending;
    }

    void rename(String newName) {
        name = newName;
    }

    void moveTo(List<VpnAddress> newAddresses) {
        address = newAddresses.getFirst().toString();
        address6 = second(newAddresses);
    }

    private static @Nullable String second(List<VpnAddress> addresses) {
        return addresses.size() == 1 ? null : addresses.getLast().toString();
    }

    void regroup(List<String> newGroups) {
        groups = newGroups;
    }

    void serveAsLighthouse(boolean serves, Instant now) {
        if (serves && !lighthouse) {
            endpointsAt = now;
        }
        lighthouse = serves;
    }

    void serveAsRelay(boolean serves) {
        relay = serves;
    }

    /** Others are told now, and have to try. */
    void advertise(List<String> newEndpoints, Instant now) {
        if (!newEndpoints.equals(endpoints)) {
            endpointsAt = now;
        }
        endpoints = newEndpoints;
    }

    void block() {
        blocked = true;
    }

    void unblock() {
        blocked = false;
    }

    void delete(Instant now) {
        deletedAt = now;
        lighthouse = false;
        relay = false;
    }
}

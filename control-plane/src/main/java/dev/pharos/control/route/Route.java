package dev.pharos.control.route;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A subnet and who forwards to it. */
@Entity
class Route {
    @Id
    private String id;

    private String networkId;
    private String subnet;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]")
    private List<String> routers;

    private boolean masquerade;
    private int metric;

    @Version
    private long version;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected Route() {}

    @SuppressWarnings("NullAway.Init")
    Route(String id, String networkId, Instant now, SubnetRoute content) {
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

    SubnetRoute content() {
        try {
            return new SubnetRoute(VpnPrefix.parse(subnet), routers, masquerade, metric);
        } catch (MalformedException e) {
            throw new IllegalStateException("route " + id + " has a damaged subnet", e);
        }
    }

    long version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    final void say(SubnetRoute content) {
        subnet = content.subnet().toString();
        routers = content.routers();
        masquerade = content.masquerade();
        metric = content.metric();
    }
}

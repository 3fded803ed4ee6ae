package dev.pharos.control.network;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.Curve;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One overlay. Its revision and epoch are kept by {@link Revisions} alone. */
@Entity
public class Network {
    private static final String P256 = "P256";
    private static final String CURVE25519 = "25519";

    @Id
    private String id;

    private String name;
    private String range;
    private @Nullable String range6;
    private int certificateVersion;
    private String curve;
    private String cipher;
    private int mtu;

    @Column(updatable = false)
    private long epoch;

    @Version
    private long version;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init")
    protected Network() {}

    Network(String id, String name, Ranges ranges, Curve curve, CertificateVersion version, Instant now) {
        this.id = id;
        this.name = name;
        this.range = ranges.primary().toString();
        this.range6 = second(ranges);
        this.curve = curve == Curve.P256 ? P256 : CURVE25519;
        this.certificateVersion = version.number();
        this.cipher = "aes";
        this.mtu = 1300;
        this.epoch = now.getEpochSecond();
        this.createdAt = now;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** The addresses of its hosts: each has one of every range. */
    public Ranges ranges() {
        try {
            VpnPrefix first = VpnPrefix.parse(range);
            return new Ranges(range6 == null ? List.of(first) : List.of(first, VpnPrefix.parse(range6)));
        } catch (MalformedException e) {
            throw new IllegalStateException("network " + id + " has a damaged range", e);
        }
    }

    /** Of the certificates in exported configurations; with version 2, agents have no others either. */
    public CertificateVersion certificateVersion() {
        return certificateVersion == 1 ? CertificateVersion.V1 : CertificateVersion.V2;
    }

    /** Of every key in its certificates. */
    public Curve curve() {
        return curve.equals(P256) ? Curve.P256 : Curve.CURVE25519;
    }

    /** {@code aes} or {@code chachapoly}. */
    public String cipher() {
        return cipher;
    }

    /** Of the overlay's devices, in bytes. */
    public int mtu() {
        return mtu;
    }

    long version() {
        return version;
    }

    Instant createdAt() {
        return createdAt;
    }

    void useCurve(Curve newCurve) {
        curve = newCurve == Curve.P256 ? P256 : CURVE25519;
    }

    void rename(String newName) {
        name = newName;
    }

    void moveTo(Ranges ranges) {
        range = ranges.primary().toString();
        range6 = second(ranges);
    }

    private static @Nullable String second(Ranges ranges) {
        return ranges.second().map(VpnPrefix::toString).orElse(null);
    }

    void certifyBy(CertificateVersion version) {
        certificateVersion = version.number();
    }
}

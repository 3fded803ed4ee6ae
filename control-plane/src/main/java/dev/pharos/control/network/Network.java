package dev.pharos.control.network;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Curve;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;

/** One overlay. Its revision and epoch are kept by {@link Revisions} alone. */
@Entity
public class Network {
    private static final String P256 = "P256";
    private static final String CURVE25519 = "25519";

    @Id
    private String id;

    private String name;
    private String range;
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

    Network(String id, String name, VpnPrefix range, Curve curve, Instant now) {
        this.id = id;
        this.name = name;
        this.range = range.masked().toString();
        this.curve = curve == Curve.P256 ? P256 : CURVE25519;
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

    /** The addresses of its hosts. */
    public VpnPrefix range() {
        try {
            return VpnPrefix.parse(range);
        } catch (MalformedException e) {
            throw new IllegalStateException("network " + id + " has a damaged range", e);
        }
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

    void moveTo(VpnPrefix newRange) {
        range = newRange.masked().toString();
    }
}

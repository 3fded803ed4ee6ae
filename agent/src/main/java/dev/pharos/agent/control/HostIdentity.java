package dev.pharos.agent.control;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.bundle.TlsTrust;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.HostKey;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who this host is to its network: the file {@code identity}. Holds secrets; nothing prints them.
 *
 * @param version of this format
 * @param network the network it belongs to
 * @param host its id; absent while it enrols
 * @param bundleKeys the keys whose bundles it accepts
 * @param urls where the control plane was at enrolment; the bundle knows better
 * @param tls by what the control plane is known there
 */
record HostIdentity(
        int version,
        String network,
        Optional<String> host,
        List<Pin> bundleKeys,
        List<URI> urls,
        TlsTrust tls,
        Keys keys) {
    static final int VERSION = 1;

    HostIdentity {
        bundleKeys = List.copyOf(bundleKeys);
        urls = List.copyOf(urls);
    }

    /** The private halves, 32 bytes each: the identity key, and the host's keys on either curve. */
    record Keys(Binary signing, Binary x25519, Binary p256) {
        static Keys generate(SecureRandom random) {
            return new Keys(
                    Binary.of(SigningKey.generate(random).seed()),
                    Binary.of(HostKey.generate(Curve.CURVE25519, random).secret()),
                    Binary.of(HostKey.generate(Curve.P256, random).secret()));
        }

        @Override
        public String toString() {
            return "Keys[secret]";
        }
    }

    SigningKey signingKey() {
        return SigningKey.of(keys.signing().toBytes());
    }

    /** The private half that belongs to a certificate of that curve. */
    HostKey hostKey(Curve curve) throws MalformedException {
        Binary secret = switch (curve) {
            case CURVE25519 -> keys.x25519();
            case P256 -> keys.p256();
        };
        return HostKey.of(curve, secret.toBytes());
    }

    HostIdentity enrolled(String as) {
        return new HostIdentity(version, network, Optional.of(as), bundleKeys, urls, tls, keys);
    }

    HostIdentity accepting(List<Pin> keysOfBundles) {
        return new HostIdentity(version, network, host, new ArrayList<>(keysOfBundles), urls, tls, keys);
    }
}

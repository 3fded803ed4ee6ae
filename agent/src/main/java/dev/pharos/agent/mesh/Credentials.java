package dev.pharos.agent.mesh;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificateVersion;
import dev.pharos.protocol.cert.HostKey;
import dev.pharos.protocol.cert.Verdict;
import dev.pharos.protocol.noise.DhKeyPair;
import dev.pharos.protocol.wire.HandshakePayload;
import java.time.Instant;
import java.util.Arrays;

/** What we show in handshakes, and our judgement of what others show (facts, nebula-protocol 5, 6.3 and 14). */
final class Credentials {
    private final Identity identity;
    private final DhKeyPair staticKey;

    Credentials(Identity identity) {
        this.identity = identity;
        this.staticKey = keyPair(identity.key());
    }

    private static DhKeyPair keyPair(HostKey key) {
        byte[] secret = key.secret();
        try {
            return switch (key.curve()) {
                case CURVE25519 -> DhKeyPair.x25519(secret);
                case P256 -> DhKeyPair.p256(secret);
            };
        } catch (MalformedException e) {
            throw new IllegalStateException("a host key is a key of its curve", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    Identity identity() {
        return identity;
    }

    DhKeyPair staticKey() {
        return staticKey;
    }

    /** The certificate to answer with: of the version that the peer showed, where we own one. */
    Certificate toAnswer(CertificateVersion shown) {
        return identity.certificate(shown).orElseGet(() -> identity.certificateOr(identity.initiating()));
    }

    /** Puts the key that Noise carried back into the certificate and judges it. */
    Verdict.Trusted judge(HandshakePayload payload, byte[] noiseKey, Instant wallTime)
            throws MalformedException, Refusal {
        CertificateVersion version = version(payload);
        Certificate certificate = Certificate.fromHandshake(
                version, payload.certificate(), noiseKey, identity.key().curve());
        Verdict.Trusted trusted = switch (identity.authorities().verify(certificate, wallTime, identity.blocklist())) {
            case Verdict.Rejected rejected -> throw new Refusal(rejected.message());
            case Verdict.Trusted good -> good;
        };
        if (certificate.networks().isEmpty()) {
            throw new Refusal(certificate + " has no address");
        }
        for (VpnPrefix network : certificate.networks()) {
            if (identity.owns(network.address())) {
                throw new Refusal(certificate + " has an address of ours");
            }
        }
        return trusted;
    }

    /** Whether a peer, now that it has said who it is, may be where it is. */
    static void checkSource(Verdict.Trusted peer, Arrival arrival, RemoteAllowList allowed) throws Refusal {
        if (arrival instanceof Arrival.Direct(UnderlayEndpoint from)
                && !allowed.allows(Handshaken.addresses(peer.certificate()), from)) {
            throw new Refusal(peer.certificate() + " may not be at " + from + ", by remote_allow_ranges");
        }
    }

    static CertificateVersion version(HandshakePayload payload) {
        return payload.certificateVersion() == 2 ? CertificateVersion.V2 : CertificateVersion.V1;
    }
}

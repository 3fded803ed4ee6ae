package dev.pharos.agent.control;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.BundleSigner;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EncodedPart;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.NamesPart;
import dev.pharos.protocol.bundle.NetworkCipher;
import dev.pharos.protocol.bundle.OwnPart;
import dev.pharos.protocol.bundle.PartDigests;
import dev.pharos.protocol.bundle.Pin;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.SigningKey;
import dev.pharos.protocol.bundle.TlsTrust;
import dev.pharos.protocol.bundle.TopologyPart;
import dev.pharos.protocol.bundle.TrustPart;
import dev.pharos.protocol.cert.Certificate;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * What a managed host does with its bundle and towards a control plane that is not there: run once while the distribution
 * is made, so that the classes it takes are in the AOT cache.
 */
public final class ControlRehearsal {
    private static final URI NOBODY = URI.create("https://127.0.0.1:1");
    private static final long PATIENCE_SECONDS = 5;

    private ControlRehearsal() {}

    /** Leaves its files in the directory. */
    public static void run(Path directory, Certificate authority, Certificate host, VpnPrefix network, EventLog log)
            throws AgentException, InterruptedException {
        SigningKey bundleKey = SigningKey.generate(new SecureRandom());
        TlsTrust tls = new TlsTrust.Pins(List.of(bundleKey.publicKey().pin()));
        StateDirectory state = StateDirectory.open(directory);
        state.writeIdentity(new HostIdentity(
                HostIdentity.VERSION,
                "net_rehearsal",
                Optional.of("host_rehearsal"),
                List.of(bundleKey.publicKey().pin()),
                List.of(NOBODY),
                tls,
                HostIdentity.Keys.generate(new SecureRandom())));
        state.writeBundle(answer(bundleKey, tls, authority, host, network));
        greet();
        CountDownLatch tried = new CountDownLatch(1);
        try (ControlLink link = ControlLink.open(state, log, InstantSource.system(), new SecureRandom())) {
            link.start(new Enforcer() {
                @Override
                public Prepared prepare(Bundle bundle) {
                    return () -> {};
                }

                @Override
                public List<String> unmet() {
                    return List.of();
                }

                @Override
                public List<HostReport.Peer> peers() {
                    tried.countDown();
                    return List.of();
                }
            });
            boolean late = !tried.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            log.debug("rehearsed", "late", late, "link", link.state());
        }
    }

    private static EnrollmentAnswer answer(
            SigningKey key, TlsTrust tls, Certificate authority, Certificate host, VpnPrefix network) {
        EncodedPart own = new OwnPart(
                        host.name(),
                        List.of(network),
                        new OwnPart.Certificates(Optional.of(host), Optional.empty()),
                        NetworkCipher.AES,
                        1300,
                        0,
                        false,
                        false,
                        List.of(),
                        new OwnPart.Rules(List.of(), List.of()),
                        List.of())
                .encode();
        EncodedPart trust = new TrustPart(List.of(authority), List.of()).encode();
        EncodedPart topology = new TopologyPart(
                        List.of(), List.of(), new TopologyPart.ControlPlane(List.of(NOBODY), tls, List.of()), List.of())
                .encode();
        EncodedPart names = new NamesPart(List.of(), Optional.empty(), List.of()).encode();
        Map<Digest, Binary> parts = new HashMap<>();
        Stream.of(own, trust, topology, names).forEach(part -> parts.put(part.digest(), part.bytes()));
        Manifest manifest = new Manifest(
                Manifest.SCHEMA,
                "net_rehearsal",
                "host_rehearsal",
                new Revision(0, 1),
                Instant.now(),
                new PartDigests(own.digest(), trust.digest(), topology.digest(), names.digest()),
                List.of(),
                Optional.empty());
        return new EnrollmentAnswer(new BundleSigner(key).sign(manifest), parts);
    }

    /** The client's first words of TLS 1.3. */
    private static void greet() throws AgentException {
        try {
            SSLContext context = AgentHttp.context(new TlsTrust.Pins(List.of(Pin.of(new byte[0]))));
            SSLEngine engine = context.createSSLEngine("127.0.0.1", 1);
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(new String[] {"TLSv1.3"});
            engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1 << 15));
        } catch (SSLException e) {
            throw new AgentException("no TLS here: " + e.getMessage(), e);
        }
    }
}

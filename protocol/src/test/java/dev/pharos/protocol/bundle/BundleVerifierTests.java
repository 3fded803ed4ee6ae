package dev.pharos.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.BundleVerdict.Accepted;
import dev.pharos.protocol.bundle.BundleVerdict.Reason;
import dev.pharos.protocol.bundle.BundleVerdict.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BundleVerifierTests {
    private static final SigningKey KEY = BundleSamples.KEY;
    private static final SigningKey OTHER_KEY = SigningKey.generate(BundleSamples.RANDOM);
    private static final BundleVerifier ENROLLING = BundleVerifier.enrolling(BundleSamples.token(), Set.of());

    @Test
    void theFirstBundleIsAcceptedByTheToken() {
        Envelope envelope = sign(KEY, BundleSamples.manifest(100, 17));
        Accepted accepted = accepted(ENROLLING.verify(envelope));
        assertThat(accepted.manifest()).isEqualTo(BundleSamples.manifest(100, 17));
        assertThat(accepted.revision()).isEqualTo(new RevisionId(new Revision(100, 17), envelope.digest()));
        assertThat(accepted.pins()).containsExactly(KEY.publicKey().pin());
    }

    /** RFC 8032 makes Ed25519 deterministic, so this pins context, layout and serialisation. */
    @Test
    void theSignatureCoversContextAndManifest() {
        Envelope envelope = sign(KEY, BundleSamples.manifest(100, 17));
        byte[] manifest = envelope.manifest().toBytes();
        byte[] signed = new byte[17 + manifest.length];
        System.arraycopy(bytes("pharos bundle v1"), 0, signed, 0, 16);
        System.arraycopy(manifest, 0, signed, 17, manifest.length);
        assertThat(envelope.signature()).isEqualTo(KEY.sign(signed));
        assertThat(KEY.publicKey().verifies(manifest, envelope.signature())).isFalse();
    }

    @Test
    void onlyThePinnedKeySigns() {
        Envelope envelope = sign(OTHER_KEY, BundleSamples.manifest(100, 17));
        assertRefused(ENROLLING.verify(envelope), Reason.UNKNOWN_KEY);
        Envelope mislabelled = new Envelope(envelope.manifest(), envelope.signature(), KEY.publicKey());
        assertRefused(ENROLLING.verify(mislabelled), Reason.BAD_SIGNATURE);
    }

    @Test
    void everyByteOfManifestAndSignatureIsCovered() {
        Envelope envelope = sign(KEY, BundleSamples.manifest(100, 17));
        byte[] manifest = envelope.manifest().toBytes();
        for (int i = 0; i < manifest.length; i += 7) {
            Envelope tampered = new Envelope(Binary.of(flipped(manifest, i)), envelope.signature(), envelope.key());
            assertRefused(ENROLLING.verify(tampered), Reason.BAD_SIGNATURE);
        }
        for (int i = 0; i < 64; i++) {
            Binary signature = Binary.of(flipped(envelope.signature().toBytes(), i));
            assertRefused(
                    ENROLLING.verify(new Envelope(envelope.manifest(), signature, envelope.key())),
                    Reason.BAD_SIGNATURE);
        }
    }

    @Test
    void signedNonsenseIsRefused() {
        byte[] nonsense = bytes("{\"schema\":1}");
        Envelope envelope = new Envelope(Binary.of(nonsense), KEY.sign(BundleSigner.signed(nonsense)), KEY.publicKey());
        assertRefused(ENROLLING.verify(envelope), Reason.MALFORMED);
    }

    @Test
    void bundlesOfOthersAreRefused() {
        BundleVerifier verifier = ENROLLING.after(accepted(ENROLLING.verify(sign(KEY, BundleSamples.manifest(1, 1)))));
        assertRefused(verifier.verify(changed(2, m -> with(m, "net_2", m.host(), 1))), Reason.OTHER_NETWORK);
        assertRefused(verifier.verify(changed(2, m -> with(m, m.network(), "host_2", 1))), Reason.OTHER_HOST);
        assertRefused(verifier.verify(changed(2, m -> with(m, m.network(), m.host(), 2))), Reason.UNKNOWN_SCHEMA);
    }

    @Test
    void revisionsNeverGoBackAndNeverFork() {
        Envelope now = sign(KEY, BundleSamples.manifest(100, 17));
        BundleVerifier verifier = ENROLLING.after(accepted(ENROLLING.verify(now)));
        assertRefused(verifier.verify(sign(KEY, BundleSamples.manifest(100, 16))), Reason.OLDER);
        assertRefused(verifier.verify(sign(KEY, BundleSamples.manifest(99, 18))), Reason.OLDER);
        accepted(verifier.verify(now));
        accepted(verifier.verify(sign(KEY, BundleSamples.manifest(100, 18))));
        accepted(verifier.verify(sign(KEY, BundleSamples.manifest(101, 1))));
        Envelope fork = changed(17, m -> critical(m, "own.known"));
        BundleVerifier knowing = new BundleVerifier(
                "net_1", Optional.of("host_1"), verifier.pins(), verifier.enforced(), Set.of("own.known"));
        assertRefused(knowing.verify(fork), Reason.FORKED);
    }

    @Test
    void aCriticalFieldThatIsNotKnownKeepsTheOldBundle() {
        Envelope envelope = changed(18, m -> critical(m, "own.egress"));
        assertRefused(ENROLLING.verify(envelope), Reason.UNKNOWN_CRITICAL);
        accepted(BundleVerifier.enrolling(BundleSamples.token(), Set.of("own.egress"))
                .verify(envelope));
    }

    @Test
    void aSuccessorKeyIsTrustedOnceTheOldOneNamesIt() {
        Envelope first = sign(KEY, BundleSamples.manifest(100, 17));
        BundleVerifier before = ENROLLING.after(accepted(ENROLLING.verify(first)));
        assertRefused(before.verify(sign(OTHER_KEY, BundleSamples.manifest(100, 18))), Reason.UNKNOWN_KEY);

        Envelope naming = changed(18, m -> successor(m, OTHER_KEY.publicKey()));
        BundleVerifier replacing = before.after(accepted(before.verify(naming)));
        accepted(replacing.verify(sign(KEY, BundleSamples.manifest(100, 19))));

        Accepted replaced = accepted(replacing.verify(sign(OTHER_KEY, BundleSamples.manifest(100, 20))));
        assertRefused(replacing.after(replaced).verify(sign(KEY, BundleSamples.manifest(100, 21))), Reason.UNKNOWN_KEY);
    }

    @Test
    void aBundleIsPutTogetherFromItsParts() throws Exception {
        Accepted accepted = accepted(ENROLLING.verify(sign(KEY, BundleSamples.manifest(100, 17))));
        Bundle bundle = Bundle.assemble(accepted, Bundle.PartSource.of(BundleSamples.parts()));
        assertThat(bundle.own()).isEqualTo(BundleSamples.own());
        assertThat(bundle.trust()).isEqualTo(BundleSamples.trust());
        assertThat(bundle.topology()).isEqualTo(BundleSamples.topology());
        assertThat(bundle.names()).isEqualTo(BundleSamples.names());
    }

    @Test
    void aPartThatIsMissingOrNotItselfIsMalformed() {
        Accepted accepted = accepted(ENROLLING.verify(sign(KEY, BundleSamples.manifest(100, 17))));
        for (Digest digest : accepted.manifest().parts().all()) {
            Map<Digest, Binary> parts = new HashMap<>(BundleSamples.parts());
            parts.computeIfPresent(digest, (key, part) -> Binary.of(flipped(part.toBytes(), 20)));
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Bundle.assemble(accepted, Bundle.PartSource.of(parts)))
                    .withMessageContaining("are not part " + digest);
            parts.remove(digest);
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Bundle.assemble(accepted, Bundle.PartSource.of(parts)))
                    .withMessageContaining("missing");
        }
    }

    private static Envelope sign(SigningKey key, Manifest manifest) {
        return new BundleSigner(key).sign(manifest);
    }

    private static Envelope changed(long number, UnaryOperator<Manifest> change) {
        return sign(KEY, change.apply(BundleSamples.manifest(100, number)));
    }

    private static Manifest with(Manifest m, String network, String host, int schema) {
        return new Manifest(
                schema, network, host, m.revision(), m.issuedAt(), m.parts(), m.critical(), m.successorKey());
    }

    private static Manifest critical(Manifest m, String field) {
        return new Manifest(
                m.schema(),
                m.network(),
                m.host(),
                m.revision(),
                m.issuedAt(),
                m.parts(),
                List.of(field),
                m.successorKey());
    }

    private static Manifest successor(Manifest m, SigningPublicKey key) {
        return new Manifest(
                m.schema(),
                m.network(),
                m.host(),
                m.revision(),
                m.issuedAt(),
                m.parts(),
                m.critical(),
                Optional.of(key));
    }

    private static Accepted accepted(BundleVerdict verdict) {
        assertThat(verdict).isInstanceOf(Accepted.class);
        return (Accepted) verdict;
    }

    private static void assertRefused(BundleVerdict verdict, Reason reason) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private static byte[] flipped(byte[] bytes, int index) {
        byte[] flipped = bytes.clone();
        flipped[index] ^= 1;
        return flipped;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}

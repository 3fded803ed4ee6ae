package dev.pharos.control.delivery;

import dev.pharos.control.delivery.BundleCompiler.SharedParts;
import dev.pharos.control.delivery.Bundles.Signers;
import dev.pharos.control.delivery.Bundles.Stored;
import dev.pharos.control.delivery.SignedBundles.Signed;
import dev.pharos.control.delivery.Snapshot.Member;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EncodedPart;
import dev.pharos.protocol.bundle.Manifest;
import dev.pharos.protocol.bundle.PartDigests;
import dev.pharos.protocol.bundle.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes manifests out of what one compilation has found; by several threads at once, if need be.
 *
 * @param own by host id, the own parts that were compiled anew
 * @param stored by host id, what hosts are told so far
 * @param pinned by host id, for hosts that have no bundle yet, the key that their token has told them of
 * @param active the id of the key that signs
 */
record Signing(
        BundleKeys keys,
        Snapshot snapshot,
        SharedParts shared,
        Map<String, EncodedPart> own,
        Map<String, Stored> stored,
        Map<String, String> pinned,
        String active,
        Instant now) {

    /** A host's own part, compiled now or before. */
    private record Own(Digest digest, List<String> critical) {
        static Own before(Stored stored) {
            return new Own(stored.parts().own(), stored.critical());
        }
    }

    /** The manifests of those of these hosts for which something in it is new. */
    List<Signed> of(List<Member> hosts) {
        return hosts.stream().flatMap(host -> of(host.id()).stream()).toList();
    }

    private Optional<Signed> of(String hostId) {
        Optional<Stored> before = Optional.ofNullable(stored.get(hostId));
        Signers signers = before.map(this::signersAfter).orElseGet(() -> signers(pinned.getOrDefault(hostId, active)));
        Own part = Optional.ofNullable(own.get(hostId))
                .map(compiled -> new Own(compiled.digest(), compiled.critical()))
                .orElseGet(() -> Own.before(before.orElseThrow()));
        PartDigests parts = shared.with(part.digest());
        return before.filter(old -> old.says(snapshot.revision().epoch(), parts, signers))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(sign(hostId, parts, part.critical(), signers));
    }

    private Signed sign(String hostId, PartDigests parts, List<String> critical, Signers signers) {
        Manifest manifest = new Manifest(
                Manifest.SCHEMA,
                snapshot.networkId(),
                hostId,
                snapshot.revision(),
                now,
                parts,
                Stream.concat(critical.stream(), shared.critical().stream()).toList(),
                signers.successor().map(keys::key).map(SigningKey::publicKey));
        return new Signed(
                hostId, parts, critical, signers, keys.signer(signers.signer()).sign(manifest));
    }

    /** A host takes the active key's word once it has heard of it by a bundle of the key before. */
    private Signers signersAfter(Stored old) {
        boolean heard = old.trusts().equals(Optional.of(active));
        return signers(heard ? active : old.signers().signer());
    }

    private Signers signers(String signer) {
        return new Signers(signer, signer.equals(active) ? Optional.empty() : Optional.of(active));
    }
}

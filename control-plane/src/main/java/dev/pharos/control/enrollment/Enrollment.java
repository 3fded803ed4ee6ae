package dev.pharos.control.enrollment;

import dev.pharos.control.api.Problem;
import dev.pharos.control.host.Host;
import dev.pharos.control.host.Hosts;
import dev.pharos.control.host.Inventory;
import dev.pharos.control.host.Inventory.Joining;
import dev.pharos.control.host.WantedAddresses;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.pki.Keys;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentRequest;
import dev.pharos.protocol.cert.Curve;
import dev.pharos.protocol.cert.PublicKey;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets a host join with a token. The same token and key give the same host however often they are sent, which makes a lost
 * answer harmless; a use of the token and the host that it makes are one transaction.
 */
@Component
class Enrollment {
    private final Tokens tokens;
    private final Hosts hosts;
    private final Networks networks;
    private final Inventory inventory;
    private final Clock clock;

    Enrollment(Tokens tokens, Hosts hosts, Networks networks, Inventory inventory, Clock clock) {
        this.tokens = tokens;
        this.hosts = hosts;
        this.networks = networks;
        this.inventory = inventory;
        this.clock = clock;
    }

    /** The id of the host. */
    @Transactional
    String join(EnrollmentRequest request) {
        try {
            Keys.requireContributory(
                    "keys.x25519",
                    PublicKey.of(Curve.CURVE25519, request.keys().x25519().toBytes()));
        } catch (MalformedException e) {
            throw Problem.field("keys.x25519", "is no public key");
        }
        byte[] secretHash =
                HexFormat.of().parseHex(Digest.of(request.secret().toBytes()).hex());
        byte[] signing = request.keys().signing().bytes().toBytes();
        Optional<Token> known = tokens.findBySecretHash(secretHash);
        if (known.isEmpty()) {
            return joinedWithTokenThatIsGone(signing);
        }
        Token token = known.get();
        Optional<Host> before = joinedBefore(token, signing);
        if (before.isPresent()) {
            return before.get().id();
        }
        if (tokens.use(token.id(), clock.instant()) == 0) {
            return joinedBefore(token, signing)
                    .orElseThrow(() -> unusable(token))
                    .id();
        }
        Joining agent = new Joining(request.keys(), token.id(), token.ephemeral(), token.approval());
        Network network = networks.get(token.networkId());
        if (token.hostName().isPresent()) {
            String preset = token.hostName().get();
            String name = token.maxUses() == 1 ? preset : inventory.nextName(network, preset);
            List<String> addresses = name.equals(preset) ? token.hostAddresses() : List.of();
            return inventory
                    .join(network, name, new WantedAddresses("host.address", addresses), token.groups(), agent)
                    .id();
        }
        String name =
                request.name().orElse("host-" + token.id().substring(token.id().length() - 6));
        return inventory
                .join(network, name, WantedAddresses.ANY, token.groups(), agent)
                .id();
    }

    /** Whoever signs with the key is the host, which may have waited to be approved for longer than its token was kept. */
    private String joinedWithTokenThatIsGone(byte[] signing) {
        Host host = hosts.findBySigningKey(signing)
                .filter(joined -> !joined.deleted()
                        && joined.tokenId().flatMap(tokens::findById).isEmpty())
                .orElseThrow(() -> refused("token-invalid", "this control plane does not know the token"));
        if (host.blocked()) {
            throw Problem.blocked(host.name());
        }
        return host.id();
    }

    /** A key belongs to one host for good; it may come again with the token it came with. */
    private Optional<Host> joinedBefore(Token token, byte[] signing) {
        Optional<Host> host = hosts.findBySigningKey(signing);
        host.ifPresent(known -> {
            if (known.deleted() || !known.tokenId().equals(Optional.of(token.id()))) {
                throw refused(
                        "token-invalid",
                        "this key has joined with another token; remove the state directory to join anew");
            }
            if (known.blocked()) {
                throw Problem.blocked(known.name());
            }
        });
        return host;
    }

    private Problem unusable(Token token) {
        return token.expiresAt().isAfter(clock.instant())
                ? refused(
                        "token-used-up",
                        "the token has been used " + token.maxUses() + " times, which is as often as it may")
                : refused("token-expired", "the token expired at " + token.expiresAt());
    }

    private static Problem refused(String slug, String detail) {
        return new Problem(HttpStatus.FORBIDDEN, slug, detail);
    }
}

package dev.pharos.control.enrollment;

import dev.pharos.control.api.Ids;
import dev.pharos.control.api.Problem;
import dev.pharos.control.audit.Audit;
import dev.pharos.control.delivery.BundleKeys;
import dev.pharos.control.delivery.BundleKeys.ActiveKey;
import dev.pharos.control.delivery.Nodes;
import dev.pharos.control.enrollment.TokenController.EnrollmentTokenView;
import dev.pharos.control.enrollment.TokenController.NewEnrollmentToken;
import dev.pharos.control.enrollment.TokenController.Preset;
import dev.pharos.control.group.Groups;
import dev.pharos.control.host.Inventory;
import dev.pharos.control.network.Network;
import dev.pharos.control.network.Networks;
import dev.pharos.control.tls.ServerTls;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.Pin;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes enrolment tokens: everything a host needs to find and to know this control plane, and a secret. */
@Component
class TokenMint {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(3660);
    /** Of the longest number of a host, with its dash. */
    private static final int SUFFIX = 7;

    private static final Duration USUAL = Duration.ofDays(1);

    private final Tokens tokens;
    private final Networks networks;
    private final Groups groups;
    private final Inventory inventory;
    private final BundleKeys keys;
    private final Nodes nodes;
    private final ServerTls tls;
    private final Audit audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    TokenMint(
            Tokens tokens,
            Networks networks,
            Groups groups,
            Inventory inventory,
            BundleKeys keys,
            Nodes nodes,
            ServerTls tls,
            Audit audit,
            Clock clock) {
        this.tokens = tokens;
        this.networks = networks;
        this.groups = groups;
        this.inventory = inventory;
        this.keys = keys;
        this.nodes = nodes;
        this.tls = tls;
        this.audit = audit;
        this.clock = clock;
    }

    EnrollmentTokenView make(NewEnrollmentToken wanted) {
        Network network = networks.named(wanted.networkId());
        ActiveKey key = keys.active(network.id());
        EnrollmentToken secret = secretFor(network, key.pin());
        Instant now = clock.instant();
        Token token = new Token(
                Ids.next("tok", now),
                network.id(),
                wanted.name(),
                HexFormat.of().parseHex(secret.secretDigest().hex()),
                maxUses(wanted),
                now.plus(lifetime(wanted.expiresIn())),
                key.id(),
                now);
        Preset host = wanted.host();
        if (host != null) {
            inventory.checkPreset(network, host.name(), host.wanted());
            token.presetHost(host.name(), host.wanted().texts());
        }
        token.preset(groups.ensure(network.id(), "groups", wanted.groups() == null ? List.of() : wanted.groups()));
        token.makeEphemeral(Boolean.TRUE.equals(wanted.ephemeral()));
        token.requireApproval(Boolean.TRUE.equals(wanted.approval()));
        tokens.saveAndFlush(token);
        EnrollmentTokenView made = EnrollmentTokenView.of(token);
        audit.record(network.id(), "enrollment-token.create", token.id(), null, made);
        return made.showing(secret.encode());
    }

    private EnrollmentToken secretFor(Network network, Pin bundleKey) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return new EnrollmentToken(nodes.urls(), network.id(), bundleKey, Binary.of(secret), tls.trust());
    }

    /** The hosts after the first are called NAME-2, NAME-3 and so on. */
    private static int maxUses(NewEnrollmentToken wanted) {
        int maxUses = wanted.maxUses() == null ? 1 : wanted.maxUses();
        Preset host = wanted.host();
        if (host != null && maxUses > 1 && host.name().length() > Inventory.LONGEST_NAME - SUFFIX) {
            throw Problem.field(
                    "host.name",
                    "must have at most " + (Inventory.LONGEST_NAME - SUFFIX) + " characters with several uses");
        }
        return maxUses;
    }

    private static Duration lifetime(@Nullable Duration wanted) {
        Duration lifetime = wanted == null ? USUAL : wanted;
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw Problem.field("expiresIn", "must be a duration of one second to ten years, like PT24H");
        }
        return lifetime;
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A simulated NAT router with one public address. */
final class Nat {
    /** How long a mapping lives that nothing leaves by, and what happens between hosts behind the same router. */
    record Traits(long life, Neighbours neighbours) {
        static final Traits USUAL = new Traits(Times.seconds(120), Neighbours.TALK);
    }

    /** Whether hosts behind the same router reach each other. */
    enum Neighbours {
        /** On their own network. */
        TALK,
        /** Only at the router's public address, which sends it back in. */
        HAIRPIN,
        /** Not at all, as behind a carrier's router. */
        APART
    }

    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;

    /** How it maps and what it lets in. */
    enum Kind {
        FULL_CONE,
        ADDRESS_RESTRICTED,
        PORT_RESTRICTED,
        SYMMETRIC
    }

    private record Key(UnderlayEndpoint inside, UnderlayEndpoint outside) {}

    private static final class Mapping {
        private final UnderlayEndpoint inside;
        private final int port;
        private final Set<UnderlayEndpoint> contacted = new HashSet<>();
        private long lastUsed;

        Mapping(UnderlayEndpoint inside, int port) {
            this.inside = inside;
            this.port = port;
        }
    }

    private static final UnderlayEndpoint ANY = new UnderlayEndpoint(0, 0, 0);

    private final Kind kind;
    private final UnderlayEndpoint address;
    private final Traits traits;
    private final Map<Key, Mapping> byInside = new HashMap<>();
    private final Map<Integer, Mapping> byPort = new HashMap<>();
    private int ports;

    Nat(Kind kind, UnderlayEndpoint address, Traits traits) {
        this.kind = kind;
        this.address = address;
        this.traits = traits;
    }

    Neighbours neighbours() {
        return traits.neighbours();
    }

    /** The router restarts: whatever it had mapped is gone, and its next ports are others. */
    void restart() {
        byInside.clear();
        byPort.clear();
    }

    UnderlayEndpoint address() {
        return address;
    }

    /** A lasting rule for one port, as people set up for a server at home. */
    void forward(int port, UnderlayEndpoint inside) {
        var mapping = new Mapping(inside, port);
        mapping.lastUsed = Long.MAX_VALUE / 2;
        byPort.put(port, mapping);
        byInside.put(new Key(inside, ANY), mapping);
    }

    /** The source as seen from outside. */
    UnderlayEndpoint outbound(long now, UnderlayEndpoint inside, UnderlayEndpoint to) {
        Key key = new Key(inside, kind == Kind.SYMMETRIC && !byInside.containsKey(new Key(inside, ANY)) ? to : ANY);
        Mapping mapping = byInside.get(key);
        if (mapping == null || now - mapping.lastUsed > traits.life()) {
            mapping = new Mapping(inside, FIRST_PORT + ports++ % PORTS);
            byInside.put(key, mapping);
            byPort.put(mapping.port, mapping);
        }
        mapping.lastUsed = Math.max(mapping.lastUsed, now);
        mapping.contacted.add(to);
        mapping.contacted.add(to.withPort(0));
        return address.withPort(mapping.port);
    }

    /** Whom a packet from outside reaches, null when it is dropped. */
    @Nullable
    UnderlayEndpoint inbound(long now, UnderlayEndpoint from, int port) {
        Mapping mapping = byPort.get(port);
        if (mapping == null || now - mapping.lastUsed > traits.life()) {
            return null;
        }
        boolean forwarded = mapping.lastUsed > now;
        boolean passes = switch (kind) {
            case FULL_CONE -> true;
            case ADDRESS_RESTRICTED -> mapping.contacted.contains(from.withPort(0));
            case PORT_RESTRICTED, SYMMETRIC -> mapping.contacted.contains(from);
        };
        return passes || forwarded ? mapping.inside : null;
    }
}

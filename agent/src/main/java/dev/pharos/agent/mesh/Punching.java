package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.Limits.Limit;
import dev.pharos.agent.mesh.MeshSettings.RelayRole;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.List;

/**
 * Opens our NAT towards a peer that wants us, as a lighthouse says (facts, nebula-protocol 10): a byte to each of its
 * endpoints at once, again after the configured delay, and if it still has not come through, a handshake of our own. A
 * relay sends that as soon as the other's punch may have opened its router: others depend on it.
 */
final class Punching {
    private static final int MAX_UNDER_WAY = 256;
    private static final byte PUNCH = 0;

    private final Context context;
    private final Sender sender;
    private final Opener opener;
    private int underWay;

    Punching(Context context, Sender sender, Opener opener) {
        this.context = context;
        this.sender = sender;
        this.opener = opener;
    }

    void punch(long now, Peer requester, List<UnderlayEndpoint> endpoints) {
        volley(endpoints);
        if (underWay >= MAX_UNDER_WAY) {
            context.limits().hit(now, Limit.PUNCHES, requester.address());
            return;
        }
        underWay++;
        var punching = context.settings().punching();
        later(now + punching.delay().toNanos(), due -> {
            underWay--;
            volley(endpoints);
        });
        if (context.settings().relaying().role() == RelayRole.FORWARDS) {
            later(now + punching.delay().toNanos(), due -> respond(due, requester));
        } else if (punching.respond()) {
            later(now + punching.respondDelay().toNanos(), due -> respond(due, requester));
        }
    }

    private void respond(long now, Peer requester) {
        if (requester.primary() == null) {
            opener.want(now, requester);
        }
    }

    private void volley(List<UnderlayEndpoint> endpoints) {
        for (UnderlayEndpoint endpoint : endpoints) {
            context.counters().punched();
            sender.punch(endpoint, PUNCH);
        }
    }

    private void later(long due, TimerQueue.Action action) {
        context.timers().set(new TimerQueue.Timer(action), due);
    }
}

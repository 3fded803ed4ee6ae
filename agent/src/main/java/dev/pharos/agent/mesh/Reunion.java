package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshSettings.LighthouseRole;
import java.util.ArrayDeque;

/**
 * A lighthouse that restarts knows nobody, and hosts would notice only when they next have something to tell it. So it
 * calls those it remembers: their NATs still let it in, and a host tells a new tunnel to a lighthouse at once where it is.
 */
final class Reunion {
    private static final int MAX = 512;
    private static final int AT_ONCE = 16;
    private static final long PACE = Times.millis(100);

    private final Context context;
    private final Opener opener;
    private final ArrayDeque<Peer> waiting = new ArrayDeque<>();
    private final TimerQueue.Timer timer = new TimerQueue.Timer(this::callSome);

    Reunion(Context context, Opener opener) {
        this.context = context;
        this.opener = opener;
    }

    /** Calls them in this order, a few at a time. */
    void begin(long now, Iterable<Peer> remembered) {
        if (context.settings().discovery().role() == LighthouseRole.CLIENT) {
            return;
        }
        for (Peer peer : remembered) {
            if (waiting.size() < MAX && !peer.remotes.isEmpty()) {
                waiting.add(peer);
            }
        }
        callSome(now);
    }

    private void callSome(long now) {
        for (int i = 0; i < AT_ONCE && !waiting.isEmpty(); i++) {
            Peer peer = waiting.removeFirst();
            if (peer.tunnels.isEmpty()) {
                // Many will be gone for good, and none is waited for.
                peer.isAbsent = true;
                opener.want(now, peer);
            }
        }
        if (!waiting.isEmpty()) {
            context.timers().set(timer, now + PACE);
        }
    }
}

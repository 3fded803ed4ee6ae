package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose first messages are worth the cryptography. A flood from invented addresses uses up what there is for strangers, and
 * no more: sources from which a peer has proven who it is, and those that a lighthouse has announced to us, are counted apart.
 * Tunnels that stand are not asked here at all. Nebula knows no cookies, so that a host that nobody has announced competes
 * with the flood.
 */
final class Admission implements TunnelListener {
    private static final int PER_SECOND = 500;
    private static final int PER_SOURCE = 20;
    private static final int BURST = 40;
    private static final int MAX_KNOWN = 8192;

    private final SourceLimits strangers = new SourceLimits(PER_SECOND, PER_SOURCE, BURST);
    private final SourceLimits known = new SourceLimits(PER_SECOND, PER_SOURCE, BURST);
    private final SourceLimits repetitions = new SourceLimits(PER_SECOND, PER_SOURCE, BURST);

    /** Sources, by port too, so that guessing one takes more than knowing an address; the oldest makes room. */
    private final Map<UnderlayEndpoint, Boolean> acquaintances = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UnderlayEndpoint, Boolean> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    boolean admits(long now, UnderlayEndpoint source) {
        return acquaintances.get(source) == null ? strangers.take(now, source) : known.take(now, source);
    }

    /** Whether a message that was answered is answered again: to a forged source that would be traffic of ours. */
    boolean admitsAgain(long now, UnderlayEndpoint source) {
        return repetitions.take(now, source);
    }

    /** A lighthouse says that a peer will call from there. */
    void expect(Collection<UnderlayEndpoint> sources) {
        sources.forEach(source -> acquaintances.put(source, true));
    }

    @Override
    public void promoted(long now, Tunnel tunnel, @Nullable Tunnel previous) {
        UnderlayEndpoint endpoint = tunnel.endpoint();
        if (endpoint != null) {
            acquaintances.put(endpoint, true);
        }
    }
}

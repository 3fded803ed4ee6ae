package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What strangers may cost: events a second in all, and from one source, which is an IPv4 address or an IPv6 /64. The
 * table of sources is bounded; the one unseen for longest makes room, and whoever floods from many addresses still meets
 * the limit for all.
 */
final class SourceLimits {
    private static final int MAX_SOURCES = 4096;

    private final TokenBucket all;
    private final int perSecond;
    private final int burst;
    private final Map<Source, TokenBucket> sources = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, TokenBucket> eldest) {
            return size() > MAX_SOURCES;
        }
    };

    private record Source(long high, long low) {}

    SourceLimits(int perSecondFromAll, int perSecondFromOne, int burst) {
        this.all = new TokenBucket(perSecondFromAll, perSecondFromAll);
        this.perSecond = perSecondFromOne;
        this.burst = burst;
    }

    boolean take(long now, UnderlayEndpoint from) {
        Source source = from.isV4() ? new Source(0, from.low()) : new Source(from.high(), 0);
        TokenBucket one = sources.computeIfAbsent(source, unseen -> new TokenBucket(perSecond, burst));
        return one.take(now) && all.take(now);
    }
}

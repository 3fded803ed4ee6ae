package dev.pharos.agent.mesh;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where we may be reached: what the settings advertise, our interfaces, and how peers see us from outside. */
final class OwnEndpoints {
    private static final int MAX_OBSERVERS = 32;

    private final Context context;
    private final Set<UnderlayEndpoint> local = new LinkedHashSet<>();

    /** The latest endpoint that each peer saw us at; the observer unheard for longest makes room. */
    private final Map<VpnAddress, UnderlayEndpoint> observed = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<VpnAddress, UnderlayEndpoint> eldest) {
            return size() > MAX_OBSERVERS;
        }
    };

    OwnEndpoints(Context context) {
        this.context = context;
    }

    /** Our interfaces' addresses; port 0 stands for the port we listen on. True when they are others than before. */
    boolean local(Collection<UnderlayEndpoint> endpoints) {
        Set<UnderlayEndpoint> before = Set.copyOf(local);
        local.clear();
        local.addAll(endpoints);
        return !before.equals(local);
    }

    /** Addresses of a network we left say nothing any more. */
    void forgetObserved() {
        observed.clear();
    }

    /** A peer saw us there; true when that is news. */
    boolean seen(VpnAddress observer, UnderlayEndpoint endpoint) {
        boolean known = observed.containsValue(endpoint);
        observed.put(observer, endpoint);
        return !known;
    }

    /** Where each peer that said so last saw us. */
    Map<VpnAddress, UnderlayEndpoint> observed() {
        return Map.copyOf(observed);
    }

    /** What lighthouses are told: they see for themselves how we look from outside. */
    List<UnderlayEndpoint> announced() {
        var settings = context.settings();
        var filter = settings.underlay().locals();
        Set<UnderlayEndpoint> announced = new LinkedHashSet<>();
        for (UnderlayEndpoint endpoint : settings.discovery().advertise()) {
            announced.add(withPort(endpoint));
        }
        for (UnderlayEndpoint endpoint : local) {
            if (filter.allows(endpoint)) {
                announced.add(withPort(endpoint));
            }
        }
        announced.removeIf(endpoint -> !RemoteOrder.isUsable(endpoint) || context.isOverlay(endpoint));
        return new ArrayList<>(announced);
    }

    /** What a peer is told, whom nobody else may tell: the view from outside first. */
    List<UnderlayEndpoint> all() {
        Set<UnderlayEndpoint> all = new LinkedHashSet<>(observed.values());
        all.addAll(announced());
        return new ArrayList<>(all);
    }

    private UnderlayEndpoint withPort(UnderlayEndpoint endpoint) {
        return endpoint.port() == 0
                ? endpoint.withPort(context.settings().underlay().listenPort())
                : endpoint;
    }
}

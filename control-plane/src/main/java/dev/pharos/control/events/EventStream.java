package dev.pharos.control.events;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/**
 * One reader of a network's events. What happens while the reader is slow is added up, not kept: there is at most one event
 * of each kind to send, and of hosts no more ids than a page of a list has.
 */
final class EventStream {
    private static final int MOST_IDS = 200;
    private static final int HEARTBEAT_SECONDS = 15;
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    /** A revision that the network has taken and whose bundles are ready. */
    record RevisionEvent(long epoch, long number) {}

    /**
     * Hosts whose state, revision or paths are others.
     *
     * @param all whether any host's may be; then no ids are named
     */
    record HostsEvent(boolean all, List<String> ids) {}

    private final String networkId;
    private final SseEmitter emitter;
    private final JsonMapper json;
    private final Semaphore wake = new Semaphore(0);
    private final Set<String> hosts = new TreeSet<>();
    private boolean allHosts;
    private Optional<RevisionEvent> revision = Optional.empty();
    private volatile boolean ended;

    EventStream(String networkId, SseEmitter emitter, JsonMapper json) {
        this.networkId = networkId;
        this.emitter = emitter;
        this.json = json;
    }

    String networkId() {
        return networkId;
    }

    synchronized void took(RevisionEvent latest) {
        revision = Optional.of(latest);
        wake.release();
    }

    synchronized void changed(String hostId) {
        if (!allHosts && hosts.add(hostId) && hosts.size() > MOST_IDS) {
            allChanged();
        }
        wake.release();
    }

    synchronized void allChanged() {
        allHosts = true;
        hosts.clear();
        wake.release();
    }

    void end() {
        ended = true;
        wake.release();
    }

    /** Sends until the stream ends or its reader is gone, of which the container tells the emitter. */
    void run() {
        try {
            while (!ended) {
                send();
                if (wake.tryAcquire(HEARTBEAT_SECONDS, TimeUnit.SECONDS)) {
                    wake.drainPermits();
                } else {
                    emitter.send(SseEmitter.event().comment("still here"));
                }
            }
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            log.debug("The reader of a stream of events is gone", e);
        } catch (InterruptedException e) {
            emitter.complete();
        }
    }

    private void send() throws IOException {
        Optional<RevisionEvent> taken = takeRevision();
        if (taken.isPresent()) {
            send("revision", taken.get());
        }
        Optional<HostsEvent> changed = takeHosts();
        if (changed.isPresent()) {
            send("hosts", changed.get());
        }
    }

    private void send(String name, Object data) throws IOException {
        emitter.send(SseEmitter.event().name(name).data(json.writeValueAsString(data)));
    }

    private synchronized Optional<RevisionEvent> takeRevision() {
        Optional<RevisionEvent> taken = revision;
        revision = Optional.empty();
        return taken;
    }

    private synchronized Optional<HostsEvent> takeHosts() {
        if (!allHosts && hosts.isEmpty()) {
            return Optional.empty();
        }
        HostsEvent event = new HostsEvent(allHosts, List.copyOf(hosts));
        hosts.clear();
        allHosts = false;
        return Optional.of(event);
    }
}

package dev.pharos.agent.mesh;

import dev.pharos.agent.mesh.MeshEvent.PathSizeChanged;
import dev.pharos.agent.mesh.ProbePayload.Ping;
import dev.pharos.agent.mesh.ProbePayload.Urgency;
import dev.pharos.protocol.wire.PacketType;
import java.util.Arrays;

/**
 * Finds paths to Pharos peers that carry small packets and lose large ones without a word, and how large a packet may be there (ADR 0008).
 *
 * <p>While a tunnel carries large packets, one test request of their size goes out every second by its path. When it is not
 * answered, test requests of many sizes follow, three times: if smaller ones are answered, the largest of these is what the path
 * carries, and the byte path lets nothing larger through. From then on the sizes are tried again every few seconds, until
 * the largest passes once more.
 *
 * <p>A Pharos peer answers with a small packet, so each side learns about the direction it sends in. A stock peer is never
 * sent such a request: the answer of old versions overlaps with what it copies, and above sixteen bytes that ends the daemon.
 * None of these probes speaks for or against the path itself: that is {@link Prober}'s.
 */
final class PathSizes {
    /** The path loses nothing for being large, as far as anybody has tried. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    /** What every path carries; smaller packets are not looked after (RFC 791 wants 576 bytes, ours with all headers). */
    private static final int SMALLEST = 500;

    /** Tried beside the size that is wanted, bytes of inner packets. 1280 is what IPv6 wants at least. */
    private static final int[] SIZES = {
        8000, 4000, 2000, 1400, 1350, 1280, 1240, 1200, 1150, 1100, 1000, 900, 800, 700, 600, SMALLEST
    };

    private static final int SIZE_BITS = 5;
    private static final long CHECK = Times.seconds(1);
    private static final long AGAIN = Times.seconds(3);
    private static final long PATIENCE = Times.millis(300);

    /** So many that mere loss seldom looks like a narrow path. */
    private static final int VOLLEYS = 3;

    private final Context context;
    private final Sender sender;

    PathSizes(Context context, Sender sender) {
        this.context = context;
        this.sender = sender;
    }

    /** One tunnel's search. */
    static final class Search {
        private Step step = Step.REST;
        private long nextStep = Times.NEVER;
        private long number;
        private PathState path;
        private int wanted;
        private int passed;
        private int volleys;

        Search(PathState path) {
            this.path = path;
        }

        private enum Step {
            REST,
            /** A single packet of the wanted size is under way. */
            CHECKING,
            /** Packets of all sizes are. */
            COMPARING
        }
    }

    /** The next step of a tunnel in use, when it is due. */
    void tick(long now, Tunnel tunnel) {
        if (!tunnel.understandsProbes()) {
            return;
        }
        Search search = tunnel.sizes;
        if (search.path != tunnel.pathState()) {
            search.path = tunnel.pathState();
            search.step = Search.Step.REST;
            search.nextStep = now;
        }
        boolean through = search.step != Search.Step.REST && search.passed >= search.wanted;
        if (through) {
            settle(now, tunnel);
        } else if (now >= search.nextStep) {
            advance(now, tunnel);
        }
    }

    private void advance(long now, Tunnel tunnel) {
        Search search = tunnel.sizes;
        switch (search.step) {
            case REST -> {
                if (!tunnel.isSuspect()) {
                    begin(now, tunnel);
                }
            }
            case CHECKING -> volley(now, tunnel);
            case COMPARING -> {
                if (search.volleys < VOLLEYS) {
                    volley(now, tunnel);
                } else {
                    settle(now, tunnel);
                }
            }
        }
    }

    private void begin(long now, Tunnel tunnel) {
        Search search = tunnel.sizes;
        search.wanted = tunnel.largestSent();
        search.passed = 0;
        search.volleys = 0;
        search.number++;
        if (search.wanted <= SMALLEST) {
            search.nextStep = now + CHECK;
        } else if (search.path.largest() == UNLIMITED) {
            send(now, tunnel, 0, search.wanted);
            await(now, tunnel, Search.Step.CHECKING);
        } else {
            volley(now, tunnel);
        }
    }

    private void volley(long now, Tunnel tunnel) {
        int wanted = tunnel.sizes.wanted;
        send(now, tunnel, 0, wanted);
        for (int i = 0; i < SIZES.length; i++) {
            if (SIZES[i] < wanted) {
                send(now, tunnel, i + 1, SIZES[i]);
            }
        }
        tunnel.sizes.volleys++;
        await(now, tunnel, Search.Step.COMPARING);
    }

    private static void await(long now, Tunnel tunnel, Search.Step step) {
        tunnel.sizes.step = step;
        tunnel.sizes.nextStep =
                now + Math.max(PATIENCE, 3 * Math.max(0, tunnel.pathState().roundTrip()));
    }

    private void settle(long now, Tunnel tunnel) {
        Search search = tunnel.sizes;
        search.step = Search.Step.REST;
        int before = search.path.largest();
        int after = search.passed >= search.wanted ? UNLIMITED : search.passed == 0 ? before : search.passed;
        search.nextStep = now + (after == UNLIMITED ? CHECK : AGAIN);
        if (after != before) {
            search.path.carries(after);
            tunnel.pathCarries(after);
            context.output()
                    .event(new PathSizeChanged(
                            tunnel.peerName(),
                            tunnel.peer().address(),
                            search.path.path().toString(),
                            after));
        }
    }

    /** A number below zero tells such a probe from {@link Prober}'s, and which size it has. */
    private void send(long now, Tunnel tunnel, int which, int size) {
        byte[] payload = new Ping(-(tunnel.sizes.number << SIZE_BITS | which) - 1, Urgency.ROUTINE).toBytes();
        sender.sendBy(now, tunnel.sizes.path.path(), tunnel, PacketType.TEST_REQUEST, Arrays.copyOf(payload, size));
    }

    /** A peer's answer; false when it is not to a probe of ours. */
    boolean answered(Tunnel tunnel, Arrival arrival, long number) {
        if (number >= 0) {
            return false;
        }
        long sent = -(number + 1);
        int which = (int) (sent & (1 << SIZE_BITS) - 1);
        if (sent >>> SIZE_BITS == tunnel.sizes.number && which <= SIZES.length) {
            passed(tunnel, arrival, which == 0 ? tunnel.sizes.wanted : SIZES[which - 1]);
        }
        return true;
    }

    private static void passed(Tunnel tunnel, Arrival arrival, int size) {
        Search search = tunnel.sizes;
        if (search.path.path().equals(arrival.path())) {
            search.passed = Math.max(search.passed, size);
        }
    }
}

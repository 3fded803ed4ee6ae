package dev.pharos.lab.story;

import dev.pharos.lab.fleet.Fleet;
import dev.pharos.lab.fleet.FleetPaths;
import dev.pharos.lab.fleet.Matrix;
import dev.pharos.lab.fleet.Member;
import dev.pharos.lab.fleet.Member.Pair;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.probe.Ping;
import dev.pharos.lab.probe.TcpProbe;
import dev.pharos.lab.probe.Transfer;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** From five enrolments to a blocked laptop, in the order in which the README tells it. */
public final class Story implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SECONDS = Duration.ofSeconds(5);
    private static final Duration PROMISED = Duration.ofSeconds(1);
    /** An agent asks for a control plane that is away every five seconds at least. */
    private static final Duration FOUND_AGAIN = Duration.ofSeconds(7);
    /** Stock nebula takes up to 23 s to notice that a lighthouse has come back under another tunnel. */
    private static final Duration STOCK_RECOVERS = Duration.ofSeconds(60);

    private static final EnumSet<Member> ALL = EnumSet.allOf(Member.class);
    private static final List<Member> BEHIND_NAT = List.of(Member.RPI, Member.LAPTOP, Member.PHONE);

    private final Steps steps;
    private final Fleet fleet;
    private final Matrix matrix;

    private Story(Steps steps, Fleet fleet) {
        this.steps = steps;
        this.fleet = fleet;
        this.matrix = new Matrix(fleet);
    }

    /**
     * Starts networks and control plane, as the first step.
     *
     * @throws LabException when that fails: there is no story without them
     */
    public static Story begin(Run run, Artefacts artefacts, Steps steps) {
        return new Story(
                steps, steps.first("two segments, five routers, a control plane", () -> new Fleet(run, artefacts)));
    }

    public Fleet fleet() {
        return fleet;
    }

    /** The part both ways of running share: everyone joins, and everyone pings everyone. */
    public void join() {
        steps.step("policies: everyone may ping, mobiles may ssh to servers", fleet::allow);
        for (Member member : Member.values()) {
            String how =
                    member == Member.PHONE ? " joins: stock nebula, exported configuration" : " enrols by its token";
            steps.step(member.hostName() + how, () -> fleet.enrol(member));
        }
        steps.step("every pair pings", () -> {
            matrix.awaitAll(ALL, SOON);
            return matrix.toString();
        });
    }

    /** Everything that goes wrong in the story, and what has to go on regardless. */
    public void trouble() {
        steps.step("ssh: open from laptop to rpi, closed from rpi to laptop", this::ssh);
        steps.step("anchor is killed: everything still talks", () -> {
            fleet.agent(Member.ANCHOR).kill();
            matrix.awaitAll(EnumSet.complementOf(EnumSet.of(Member.ANCHOR)), SOON);
        });
        steps.step("the control plane is killed, rpi reboots, comes back and talks", () -> {
            fleet.controlPlane().kill();
            fleet.agent(Member.RPI).kill();
            fleet.agent(Member.RPI).run();
            matrix.awaitAll(EnumSet.complementOf(EnumSet.of(Member.ANCHOR)), SOON);
        });
        steps.step("home-server is killed: direct tunnels still carry traffic", this::noLighthouse);
        steps.step("the control plane is brought back: those that ran on without it find it", () -> {
            fleet.controlPlane().restart();
            Duration found = fleet.awaitConnected(List.of(Member.RPI, Member.LAPTOP), FOUND_AGAIN);
            return "within " + found.toMillis() + " ms of its first answer";
        });
        steps.step("all are brought back", () -> {
            fleet.agent(Member.HOME_SERVER).run();
            fleet.agent(Member.ANCHOR).run();
            matrix.awaitAll(ALL, STOCK_RECOVERS);
        });
        steps.step("laptop is blocked: every other Pharos host refuses it", this::block);
        steps.step("lighthouses and relays stop serving laptop", this::notServed);
        steps.step("laptop is unblocked and talks again", () -> {
            fleet.api().post(fleet.resource(Member.LAPTOP) + "/unblock", Map.of());
            matrix.awaitAll(ALL, STOCK_RECOVERS);
        });
        steps.step("laptop changes network in the middle of a transfer to rpi, and the transfer goes on", this::roam);
    }

    @Override
    public void close() {
        fleet.close();
    }

    private void ssh() {
        try (ServerSocketChannel _ = TcpProbe.listen(fleet.place(Member.RPI), 22);
                ServerSocketChannel _ = TcpProbe.listen(fleet.place(Member.LAPTOP), 22)) {
            if (!TcpProbe.connects(fleet.place(Member.LAPTOP), Member.RPI.overlay(), 22, SECONDS)) {
                throw new LabException("laptop cannot connect to port 22 of rpi");
            }
            if (TcpProbe.connects(fleet.place(Member.RPI), Member.LAPTOP.overlay(), 22, Duration.ofSeconds(2))) {
                throw new LabException("rpi can connect to port 22 of laptop");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String noLighthouse() {
        Pair one = new Pair(Member.RPI, Member.LAPTOP);
        Await.until("a direct path from rpi to laptop", SOON, () -> {
            Ping.answers(fleet.place(one.from()), one.to().overlay());
            return fleet.paths().path(one).equals("direct");
        });
        FleetPaths paths = fleet.paths();
        List<Pair> direct = Member.pairs().stream()
                .filter(pair -> BEHIND_NAT.contains(pair.from()) && BEHIND_NAT.contains(pair.to()))
                .filter(pair -> paths.path(pair).equals("direct"))
                .toList();
        fleet.agent(Member.HOME_SERVER).kill();
        for (int round = 0; round < 3; round++) {
            Set<Pair> answering = matrix.answering(direct);
            if (answering.size() < direct.size()) {
                throw new LabException("of " + direct + " only " + answering + " still talk");
            }
        }
        return direct.stream().map(Pair::toString).collect(Collectors.joining(", "));
    }

    /**
     * What is promised of hosts that are connected is a second, by the control plane's own clock. All hosts, the server and this
     * program share the processors of one machine and have just been started, which can only ever add to it: so the best of
     * three blocks is judged, and all of them are told. That nobody answers laptop any more is judged each time.
     */
    private String block() {
        List<Member> others = List.of(Member.HOME_SERVER, Member.ANCHOR, Member.RPI);
        List<Pair> pairs =
                others.stream().map(member -> new Pair(member, Member.LAPTOP)).toList();
        List<String> told = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            fleet.awaitConnected(others, SECONDS);
            fleet.api().post(fleet.resource(Member.LAPTOP) + "/block", Map.of());
            Fleet.Revision block = fleet.latestRevision();
            Duration delay = others.stream()
                    .map(member -> fleet.deliveryOf(block, member, SECONDS))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            Await.until(
                    "every other Pharos host to refuse laptop",
                    SECONDS,
                    () -> matrix.answering(pairs).isEmpty());
            told.add(delay.toMillis() + " ms");
            if (delay.compareTo(PROMISED) <= 0) {
                return "all three enforce it after " + String.join(", then ", told);
            }
            fleet.api().post(fleet.resource(Member.LAPTOP) + "/unblock", Map.of());
        }
        throw new LabException("it took " + String.join(", then ", told) + ", and a second is promised");
    }

    private String roam() {
        try (Transfer transfer =
                Transfer.start(fleet.place(Member.LAPTOP), fleet.place(Member.RPI), Member.RPI.overlay(), 22)) {
            Await.until("the transfer to begin", SECONDS, () -> transfer.bytes() > 1_000_000);
            fleet.network().roam();
            long before = transfer.bytes();
            Await.until("the transfer to go on", SOON, () -> transfer.bytes() > before + 3_000_000);
            transfer.finish();
            return transfer.bytes() + " bytes, none lost, the longest pause "
                    + transfer.longestPause().toMillis() + " ms";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The phone forgets its tunnels; stock nebula knows nothing of the block, so only the others keep laptop away. */
    private void notServed() {
        fleet.restartPhone();
        Await.until(
                "the phone to reach anchor again",
                SOON,
                () -> Ping.answers(fleet.place(Member.PHONE), Member.ANCHOR.overlay()));
        if (Ping.answersWithin(SECONDS, fleet.place(Member.LAPTOP), Member.PHONE.overlay())) {
            throw new LabException("laptop still reaches phone, so a lighthouse or a relay has served it");
        }
    }
}

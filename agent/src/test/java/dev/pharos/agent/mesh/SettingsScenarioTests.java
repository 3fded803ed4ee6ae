package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.mesh.MeshSettings.Inactivity;
import dev.pharos.agent.mesh.MeshSettings.Promotion;
import dev.pharos.agent.mesh.MeshSettings.PunchTargets;
import dev.pharos.agent.mesh.MeshSettings.Punching;
import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import dev.pharos.agent.mesh.MeshSettings.TunnelTimers;
import dev.pharos.agent.mesh.MeshSettings.Underlay;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the keys of a Nebula configuration do, each seen from outside and changed while the host runs. */
class SettingsScenarioTests {
    private final Fleet fleet = new Fleet(9);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost one = fleet.open("one");
    private final SimulatedHost two = fleet.open("two");
    private final List<UnderlayEndpoint> fromOne = new ArrayList<>();

    SettingsScenarioTests() {
        internet.run(Times.seconds(1));
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (from.equals(one.endpoint())) {
                fromOne.add(to);
            }
            return true;
        });
    }

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void connect() {
        one.say(two.address(), "connect");
        assertThat(internet.runUntil(Times.seconds(2), () -> two.hasHeard(one.address(), "connect")))
                .isTrue();
        internet.run(Times.seconds(1));
        fromOne.clear();
    }

    private void underlay(SimulatedHost host, Underlay changed) {
        host.reconfigure(host.settings().withUnderlay(changed));
    }

    private static AllowList without(SimulatedHost host) throws MalformedException {
        return AllowList.of(Map.of(prefix(host.endpoint()), false));
    }

    private static VpnPrefix prefix(UnderlayEndpoint endpoint) {
        return new VpnPrefix(new VpnAddress(endpoint.high(), endpoint.low()), 32);
    }

    @Test
    void anEndpointThatTheRemoteAllowListRefusesIsNeitherCalledNorAnswered() throws MalformedException {
        underlay(one, one.settings().underlay().withRemotes(new RemoteAllowList(without(two), Map.of())));

        one.say(two.address(), "hello");
        two.say(one.address(), "hello");
        internet.run(Times.seconds(5));

        assertThat(fromOne).doesNotContain(two.endpoint());
        assertThat(one.hasHeard(two.address(), "hello"))
                .as("by the relay that two has registered and one may use")
                .isTrue();
        assertThat(one.isRelayedTo(two.address())).isTrue();
    }

    @Test
    void aRangeOfTheRemoteAllowRangesConcernsItsPeersOnly() throws MalformedException {
        SimulatedHost three = fleet.open("three");
        internet.run(Times.seconds(1));
        Map<VpnPrefix, AllowList> ranges =
                Map.of(new VpnPrefix(two.address(), 32), AllowList.of(Map.of(VpnPrefix.parse("0.0.0.0/0"), false)));
        underlay(one, one.settings().underlay().withRemotes(new RemoteAllowList(AllowList.ALL, ranges)));

        two.say(one.address(), "hello");
        three.say(one.address(), "hello");
        internet.run(Times.seconds(5));

        assertThat(one.isDirectTo(three.address())).isTrue();
        assertThat(one.isDirectTo(two.address())).isFalse();
        assertThat(two.isDirectTo(one.address())).isFalse();
    }

    @Test
    void aChangedAllowListKeepsTheTunnelsOfPeersThatAreStillAllowed() throws MalformedException {
        connect();
        Tunnel before = tunnel(one, two);

        underlay(one, one.settings().underlay().withRemotes(new RemoteAllowList(without(anchor), Map.of())));
        internet.run(Times.seconds(3));

        assertThat(tunnel(one, two)).isSameAs(before);
    }

    @Test
    void theLocalAllowListKeepsAddressesToOurselves() throws MalformedException {
        UnderlayEndpoint secret = UnderlayEndpoint.parse("172.16.5.5:4242");
        AllowList list = AllowList.of(Map.of(VpnPrefix.parse("172.16.0.0/12"), false));
        underlay(one, one.settings().underlay().withLocals(LocalAllowList.of(list, Map.of())));

        one.mesh().localEndpoints(internet.now(), List.of(secret, one.endpoint()));
        internet.run(Times.seconds(1));
        two.say(one.address(), "hello");
        internet.run(Times.seconds(1));

        assertThat(tunnel(two, one).peer().remotes.all())
                .contains(one.endpoint())
                .doesNotContain(secret);
    }

    @Test
    void aCalculatedRemoteIsTriedWithoutAnyLighthouse() throws MalformedException {
        anchor.crash();
        VpnPrefix underlay = prefix(two.endpoint().withPort(0));
        one.reconfigure(one.settings()
                .withDiscovery(one.settings()
                        .discovery()
                        .withCalculated(
                                List.of(new CalculatedRemote(VpnPrefix.parse("10.42.0.0/16"), underlay, Fleet.PORT)))));

        one.say(two.address(), "guess who");

        assertThat(internet.runUntil(Times.seconds(1), () -> two.hasHeard(one.address(), "guess who")))
                .isTrue();
    }

    @Test
    void aBusyTunnelMovesIntoAPreferredRange() {
        connect();
        UnderlayEndpoint lan = Fleet.publicEndpoint(99);
        SimulatedHost second = fleet.open("second interface of two");
        second.crash();
        underlay(one, one.settings().underlay().withPreferred(List.of(prefix(lan))));
        one.reconfigure(one.settings().withPromotion(new Promotion(10, 1000, Duration.ofSeconds(60))));
        tunnel(one, two).peer().remotes.set(Remotes.Source.ANNOUNCED, List.of(lan));
        internet.run(Times.seconds(10));
        assertThat(fromOne).as("not busy").doesNotContain(lan);

        var flow = new Flow(internet, one, two);
        internet.run(Times.seconds(6));
        flow.stop();

        assertThat(fromOne).contains(lan);
    }

    @Test
    void keepAlivesGoToEveryEndpointWhereThatIsWanted() {
        connect();
        UnderlayEndpoint other = Fleet.publicEndpoint(99);
        tunnel(one, two).peer().remotes.set(Remotes.Source.ANNOUNCED, List.of(other));
        internet.run(Times.seconds(30));
        assertThat(fromOne).contains(two.endpoint()).doesNotContain(other);

        Punching before = one.settings().punching();
        one.reconfigure(one.settings()
                .withPunching(
                        new Punching(true, before.delay(), before.respond(), before.respondDelay(), PunchTargets.ALL)));
        internet.run(Times.seconds(30));

        assertThat(fromOne).contains(other);
    }

    @Test
    void aRecvErrorIsNoHintToAHostThatHeedsNone() {
        connect();
        byte[] hint = new Header(PacketType.RECV_ERROR, tunnel(one, two).remoteIndex(), 0).toBytes();
        internet.inject(two.endpoint(), one.endpoint(), hint);
        internet.run(Times.millis(100));
        assertThat(fromOne).as("a probe").contains(two.endpoint());
        internet.run(Times.seconds(3));
        fromOne.clear();

        Underlay before = one.settings().underlay();
        underlay(
                one,
                new Underlay(
                        before.listenPort(),
                        before.preferred(),
                        before.remotes(),
                        before.locals(),
                        before.sendRecvErrors(),
                        RecvErrors.PRIVATE));
        internet.run(Times.seconds(3));
        fromOne.clear();
        internet.inject(two.endpoint(), one.endpoint(), hint);
        internet.run(Times.millis(100));

        assertThat(fromOne).doesNotContain(two.endpoint());
    }

    @Test
    void anInactiveTunnelIsClosedAlthoughItsNatIsKeptOpen() {
        connect();
        TunnelTimers before = one.settings().timers();
        one.reconfigure(one.settings()
                .withTimers(new TunnelTimers(
                        before.keepAlive(),
                        before.dead(),
                        Inactivity.DROP,
                        Duration.ofSeconds(60),
                        before.onInvalid())));

        internet.run(Times.seconds(50));
        assertThat(one.mesh().tunnelTo(two.address())).isNotNull();
        internet.run(Times.seconds(20));

        assertThat(one.mesh().tunnelTo(two.address())).isNull();
        assertThat(two.mesh().tunnelTo(one.address())).as("it was told").isNull();
        assertThat(one.mesh().tunnelTo(anchor.address())).as("always in use").isNotNull();
    }

    @Test
    void noEndpointInsideTheOverlayIsEverUsed() throws MalformedException {
        UnderlayEndpoint inside = UnderlayEndpoint.parse("10.42.0.77:4242");
        one.reconfigure(one.settings()
                .withDiscovery(new MeshSettings.Discovery(
                        Map.of(two.address(), List.of(inside), anchor.address(), List.of(anchor.endpoint())),
                        Set.of(anchor.address()),
                        MeshSettings.LighthouseRole.CLIENT,
                        MeshSettings.Discovery.UPDATE_INTERVAL,
                        List.of(inside),
                        List.of())));
        one.say(two.address(), "hello");
        internet.run(Times.seconds(2));

        assertThat(fromOne).contains(two.endpoint()).doesNotContain(inside);
        assertThat(tunnel(two, one).peer().remotes.all()).doesNotContain(inside);
    }
}

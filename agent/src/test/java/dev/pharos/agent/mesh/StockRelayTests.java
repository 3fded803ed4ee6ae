package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.PacketType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stock host that is reached by relays which are no lighthouses: it calls neither, so that they have to call it. */
class StockRelayTests {
    private final Fleet fleet = withTwoLighthouses();
    private final Internet internet = fleet.internet();
    private final SimulatedHost relay = fleet.relay("relay");
    private final SimulatedHost otherRelay = fleet.relay("other relay");
    private final SimulatedHost laptop = fleet.behind(Nat.Kind.SYMMETRIC, "laptop");

    private static Fleet withTwoLighthouses() {
        Fleet fleet = new Fleet(43);
        fleet.lighthouseAlone("anchor");
        fleet.lighthouseAlone("home");
        return fleet;
    }

    private StockNode phoneBehind(Nat.Kind kind) {
        StockNode phone = fleet.stock(kind, "phone");
        internet.run(Times.seconds(3));
        return phone;
    }

    private SimulatedHost relayInUse(StockNode phone) {
        Tunnel tunnel = laptop.mesh().tunnelTo(phone.address());
        if (tunnel == null || !(tunnel.path() instanceof Path.Relayed relayed)) {
            throw new AssertionError("not relayed: " + tunnel);
        }
        return relayed.relay().addresses().contains(relay.address()) ? relay : otherRelay;
    }

    private SimulatedHost beside(SimulatedHost one) {
        return one == relay ? otherRelay : relay;
    }

    private void blackHole(SimulatedHost host) {
        UnderlayEndpoint address = host.endpoint().withPort(0);
        internet.add((Internet.Hole) (from, to) -> from.equals(address) || to.equals(address));
    }

    @ParameterizedTest
    @EnumSource(Nat.Kind.class)
    void itsRelaysKnowItBeforeAnybodyAsks(Nat.Kind theirs) {
        StockNode phone = phoneBehind(theirs);

        for (SimulatedHost each : List.of(relay, otherRelay)) {
            assertThat(each.mesh().tunnelTo(phone.address()))
                    .as(each + " knows the phone")
                    .isNotNull();
        }
        var flow = new Flow(internet, laptop, phone);
        assertThat(internet.runUntil(Times.millis(300), () -> !laptop.heard().isEmpty()))
                .as("a reply within 0.3 s")
                .isTrue();
        flow.stop();
    }

    @Test
    void aRelayThatRestartsKnowsItAgain() {
        StockNode phone = phoneBehind(Nat.Kind.SYMMETRIC);

        relay.crash();
        relay.boot();
        internet.run(Times.seconds(4));

        assertThat(relay.mesh().tunnelTo(phone.address())).isNotNull();
    }

    @Test
    void eachEndSendsThroughAnotherRelayUntilTheyAgree() {
        StockNode phone = phoneBehind(Nat.Kind.SYMMETRIC);
        var flow = new Flow(internet, laptop, phone);
        internet.run(Times.seconds(5));
        SimulatedHost ours = relayInUse(phone);
        int settled = flow.sent();

        phone.sendsThrough(beside(ours).address());
        internet.run(Times.seconds(2));

        assertThat(relayInUse(phone)).isSameAs(beside(ours));
        assertThat(flow.lost(settled)).isZero();
    }

    /** A frame that overtakes the answer to the relay's request is dropped there, and with it a first message. */
    @Test
    void whoeverIsAskedForARelayAnswersBeforeItUsesIt() {
        SimulatedHost desktop = fleet.behind(Nat.Kind.SYMMETRIC, "desktop");
        internet.run(Times.seconds(3));
        List<PacketType> said = new ArrayList<>();
        UnderlayEndpoint router = Objects.requireNonNull(laptop.nat()).address();
        internet.add((Internet.Tap) (from, to, datagram) -> {
            boolean ours = from.withPort(0).equals(router) && to.equals(relay.endpoint());
            PacketType type = datagram.length < Header.LENGTH ? PacketType.INVALID : Header.type(datagram, 0);
            if (ours && (type == PacketType.CONTROL || type == PacketType.RELAYED)) {
                said.add(type);
            }
            boolean elsewhere = from.withPort(0).equals(router) && to.equals(otherRelay.endpoint());
            return !elsewhere && (!ours || said.size() > 1 || type != PacketType.CONTROL);
        });

        laptop.say(desktop.address(), "the request for a relay to them is lost");
        desktop.say(laptop.address(), "theirs is not");
        internet.run(Times.millis(95));

        assertThat(said).startsWith(PacketType.CONTROL, PacketType.CONTROL, PacketType.RELAYED);
    }

    /** The far end is still heard by its own relay, so silence does not tell that ours is gone. */
    @Test
    void aRelayThatDiesInOneDirectionAloneIsLeftWithinASecond() {
        StockNode phone = phoneBehind(Nat.Kind.SYMMETRIC);
        var flow = new Flow(internet, laptop, phone);
        internet.run(Times.seconds(5));
        SimulatedHost ours = relayInUse(phone);
        long gone = internet.now();

        phone.sendsThrough(beside(ours).address());
        blackHole(ours);
        internet.run(Times.seconds(20));

        assertThat(flow.longestSilence(gone)).isLessThan(1000);
    }
}

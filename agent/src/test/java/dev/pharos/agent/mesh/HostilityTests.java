package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.LighthouseMessage.HostUpdate;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.RelayIndex;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Junk from strangers and from members: nothing throws, nothing grows without bound, and the others go on talking. */
class HostilityTests {
    private static final UnderlayEndpoint OUTSIDER = Fleet.publicEndpoint(200);
    private static final List<PacketType> SEALED = List.of(
            PacketType.LIGHTHOUSE, PacketType.CONTROL, PacketType.TEST_REQUEST, PacketType.TEST_REPLY, PacketType.DATA);

    private final Fleet fleet = new Fleet(5, Fleet.Flavour.BOTH_VERSIONS);
    private final Internet internet = fleet.internet();
    private final SimulatedHost anchor = fleet.lighthouse("anchor");
    private final SimulatedHost good = fleet.open("good");
    private final SimulatedHost bad = fleet.open("bad");
    private final Random random = new Random(13);

    private static Tunnel tunnel(SimulatedHost from, SimulatedHost to) {
        return Objects.requireNonNull(from.mesh().tunnelTo(to.address()), "no tunnel");
    }

    private void stillTalking() {
        good.say(anchor.address(), "still here");
        assertThat(internet.runUntil(Times.seconds(1), () -> anchor.hasHeard(good.address(), "still here")))
                .isTrue();
    }

    /** Sealed by a member: whatever it likes, as a packet of that type. */
    private void send(SimulatedHost from, SimulatedHost to, PacketType type, byte[] payload) {
        Tunnel tunnel = tunnel(from, to);
        byte[] packet = new byte[payload.length + Header.LENGTH + TransportCipher.TAG_LENGTH];
        long counter = tunnel.nextCounter();
        Header.write(packet, 0, type, tunnel.remoteIndex(), counter);
        System.arraycopy(payload, 0, packet, Header.LENGTH, payload.length);
        tunnel.sendCipher().seal(counter, packet, 0, Header.LENGTH, Header.LENGTH, payload.length);
        internet.inject(from.endpoint(), to.endpoint(), packet);
    }

    @Test
    void datagramsOfNoiseHarmNothing() {
        internet.run(Times.seconds(1));
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 1) {
                noise[0] = (byte) (0x10 | random.nextInt(8));
                noise[1] = (byte) random.nextInt(2);
            }
            internet.inject(OUTSIDER, anchor.endpoint(), noise);
        }
        internet.run(Times.seconds(1));
        stillTalking();
    }

    @Test
    void damagedPacketsOfRealConversationsHarmNothing() {
        internet.add((Internet.Tap) (from, to, datagram) -> {
            if (random.nextInt(4) == 0 && datagram.length > 16 && !from.equals(OUTSIDER)) {
                byte[] damaged = datagram.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                internet.inject(OUTSIDER, to, damaged);
            }
            return true;
        });
        SimulatedHost late = fleet.behind(Nat.Kind.SYMMETRIC, "late");
        internet.run(Times.seconds(2));
        late.say(good.address(), "hello");
        assertThat(internet.runUntil(Times.seconds(2), () -> good.hasHeard(late.address(), "hello")))
                .isTrue();
    }

    @Test
    void aMemberThatSendsJunkMessagesHarmsOnlyItself() {
        internet.run(Times.seconds(1));
        for (int i = 0; i < 20_000; i++) {
            byte[] junk = new byte[random.nextInt(60)];
            random.nextBytes(junk);
            if (junk.length > 3 && random.nextBoolean()) {
                junk[0] = 8;
                junk[1] = (byte) random.nextInt(12);
                junk[2] = 18;
                junk[3] = (byte) (junk.length - 4);
            }
            send(bad, anchor, SEALED.get(random.nextInt(SEALED.size())), junk);
        }
        internet.run(Times.seconds(1));
        stillTalking();
    }

    @Test
    void aMemberThatAsksForRelaysToEveryAddressIsBounded() {
        internet.run(Times.seconds(1));
        for (int i = 1; i < 20_000; i++) {
            var request = new CreateRelayRequest(new RelayIndex(i), anchor.address(), VpnAddress.ofV4(0x0a2a0000 | i));
            send(bad, anchor, PacketType.CONTROL, request.encode(AddressForm.V2));
            if (i % 1000 == 0) {
                internet.run(Times.millis(50));
            }
        }
        internet.run(Times.seconds(1));
        assertThat(tunnel(anchor, bad).relays.size()).isLessThanOrEqualTo(4096);
        stillTalking();
    }

    @Test
    void aMemberThatRestartsAllTheTimeMeetsABoundThatStatusTells() {
        internet.run(Times.seconds(1));
        for (int i = 0; i < 8; i++) {
            bad.crash();
            bad.boot();
            bad.say(good.address(), "again");
            internet.run(Times.millis(500));
        }
        assertThat(tunnel(good, bad).peer().tunnels).hasSizeLessThanOrEqualTo(Peer.MAX_TUNNELS);
        assertThat(limitsOf(good)).contains("tunnels to one peer");
        stillTalking();
    }

    @Test
    void aMemberThatMovesAllTheTimeMeetsABoundThatStatusTells() {
        internet.run(Times.seconds(1));
        for (int i = 0; i < 40; i++) {
            bad.move(fleet.elsewhere());
            bad.say(good.address(), "from here");
            internet.run(Times.millis(200));
        }
        assertThat(tunnel(good, bad).peer().paths.all()).hasSizeLessThanOrEqualTo(32);
        assertThat(limitsOf(good)).contains("paths to one peer");
        stillTalking();
    }

    private static List<String> limitsOf(SimulatedHost host) {
        return host.mesh().limits().stream()
                .filter(limit -> limit.count() > 0)
                .map(LimitStatus::name)
                .toList();
    }

    @Test
    void aMemberCannotSpeakForAnotherOne() {
        SimulatedHost victim = fleet.open("victim");
        internet.run(Times.seconds(1));
        var update = new HostUpdate(Optional.of(victim.address()), List.of(OUTSIDER), List.of());
        send(bad, anchor, PacketType.LIGHTHOUSE, update.encode(AddressForm.V1));
        internet.run(Times.millis(100));

        good.say(victim.address(), "to the real one");

        assertThat(internet.runUntil(Times.seconds(1), () -> victim.hasHeard(good.address(), "to the real one")))
                .isTrue();
        assertThat(tunnel(good, victim).peer().remotes.all()).doesNotContain(OUTSIDER);
    }
}

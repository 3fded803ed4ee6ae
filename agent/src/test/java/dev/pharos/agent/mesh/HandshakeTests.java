package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandshakeTests {
    private final Fleet fleet = new Fleet(1);
    private final Internet internet = fleet.internet();

    @Test
    void twoHostsFindEachOtherThroughALighthouseAndTalk() {
        fleet.lighthouse("anchor");
        SimulatedHost one = fleet.open("one");
        SimulatedHost two = fleet.open("two");
        internet.run(Times.seconds(1));

        one.say(two.address(), "hello");

        assertThat(internet.runUntil(Times.millis(300), () -> two.hasHeard(one.address(), "hello")))
                .isTrue();
        two.say(one.address(), "hello yourself");
        assertThat(internet.runUntil(Times.millis(100), () -> one.hasHeard(two.address(), "hello yourself")))
                .isTrue();
    }
}

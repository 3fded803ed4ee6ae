package dev.pharos.agent.mesh;

import dev.pharos.protocol.VpnAddress;
import java.util.List;

/** Traffic between two hosts, a packet every 20 ms in both directions, and the longest silence at either end. */
final class Flow {
    private static final long EVERY = Times.millis(20);

    private final Internet internet;
    private final Talker one;
    private final Talker two;
    private boolean running = true;
    private int number;

    Flow(Internet internet, Talker one, Talker two) {
        this.internet = internet;
        this.one = one;
        this.two = two;
        send();
    }

    private void send() {
        if (!running) {
            return;
        }
        number++;
        if (one.isUp()) {
            one.say(two.address(), "flow " + number);
        }
        if (two.isUp()) {
            two.say(one.address(), "flow " + number);
        }
        internet.at(internet.now() + EVERY, this::send);
    }

    void stop() {
        running = false;
    }

    /** The number of the latest packet of either end. */
    int sent() {
        return number;
    }

    /** How many packets after this one never arrived, at either end; those of the last half second may be on their way. */
    long lost(int after) {
        return lost(one, two, after) + lost(two, one, after);
    }

    private long lost(Talker from, Talker to, int after) {
        long sent = (long) number - after - 25;
        long arrived = to.heard().stream()
                .filter(heard -> heard.from().equals(from.address()))
                .map(heard -> Integer.parseInt(heard.text().substring("flow ".length())))
                .filter(one -> one > after && one <= number - 25)
                .distinct()
                .count();
        return sent - arrived;
    }

    /** The longest time without a packet, in milliseconds, since then and at either end. */
    long longestSilence(long since) {
        return Math.max(silence(one, two.address(), since), silence(two, one.address(), since)) / Times.MILLISECOND;
    }

    private long silence(Talker at, VpnAddress from, long since) {
        long longest = 0;
        long last = since;
        for (SimulatedHost.Heard heard : List.copyOf(at.heard())) {
            if (heard.at() >= since && heard.from().equals(from)) {
                longest = Math.max(longest, heard.at() - last);
                last = heard.at();
            }
        }
        return Math.max(longest, internet.now() - last);
    }
}

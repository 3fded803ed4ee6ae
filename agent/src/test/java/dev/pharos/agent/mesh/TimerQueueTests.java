package dev.pharos.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerQueueTests {
    private final TimerQueue queue = new TimerQueue();
    private final List<String> ran = new ArrayList<>();

    private TimerQueue.Timer timer(String name) {
        return new TimerQueue.Timer(now -> ran.add(name + " at " + now));
    }

    @Test
    void whatIsDueRunsInTheOrderOfItsTimesAndThenOfItsSetting() {
        queue.set(timer("late"), 30);
        queue.set(timer("first"), 10);
        queue.set(timer("second"), 10);

        assertThat(queue.next()).isEqualTo(10);
        queue.run(20);

        assertThat(ran).containsExactly("first at 20", "second at 20");
        assertThat(queue.next()).isEqualTo(30);
    }

    @Test
    void aTimerThatWasMovedRunsOnceAtItsNewTime() {
        TimerQueue.Timer timer = timer("moved");
        queue.set(timer, 10);
        queue.set(timer, 50);
        queue.set(timer, 20);

        queue.run(15);
        assertThat(ran).isEmpty();
        queue.run(100);
        assertThat(ran).containsExactly("moved at 100");
        assertThat(queue.next()).isEqualTo(Times.FOREVER);
    }

    @Test
    void aCancelledTimerDoesNotRunAndCanBeSetAgain() {
        TimerQueue.Timer timer = timer("again");
        queue.set(timer, 10);
        queue.cancel(timer);
        assertThat(queue.next()).isEqualTo(Times.FOREVER);
        queue.set(timer, 10);
        queue.run(10);
        assertThat(ran).containsExactly("again at 10");
    }

    @Test
    void aTimerThatSetsItselfForNowDoesNotKeepTheCallerForever() {
        List<Long> times = new ArrayList<>();
        TimerQueue.Timer[] eager = new TimerQueue.Timer[1];
        eager[0] = new TimerQueue.Timer(now -> {
            times.add(now);
            queue.set(eager[0], now);
        });
        queue.set(eager[0], 5);

        queue.run(5);
        queue.run(5);

        assertThat(times).containsExactly(5L, 5L);
    }
}

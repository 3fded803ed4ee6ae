package dev.pharos.lab.pauses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.run.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The promises about pauses, with our agent at both ends. A dozen daemons, and whatever else CI is doing, share two
 * processors here, which only ever adds to a pause: so each may take half a second longer than promised. The promise as it
 * stands is judged by {@code ./pharos bench pauses}, which measures stock nebula at the far end too.
 */
class PausesIT {
    private static final Duration SLACK = Duration.ofMillis(500);

    @Test
    void trafficGoesOnWithinItsBoundWhateverFails() {
        List<Pause> pauses = new ArrayList<>();
        for (Pauses.Part part : Pauses.Part.values()) {
            try (Run run = Run.begin()) {
                new Pauses(run, Optional.empty(), pauses::add).measure(part);
            }
        }

        assertThat(pauses)
                .hasSize(18)
                .allSatisfy(pause ->
                        assertThat(pause.keptWithin(SLACK)).as(pause.toString()).isTrue());
    }
}

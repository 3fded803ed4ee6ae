package dev.pharos.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Cables without a tunnel, and the echo requests over them. */
class BenchIT {
    private static final Schedule TWO_TURNS = new Schedule(1, 2, Duration.ofSeconds(1));

    private final List<String> told = new ArrayList<>();
    private final List<Path> machines = new ArrayList<>();

    @Test
    void contendersStandSideBySideAndTakeTurns() {
        List<Boolean> standing = new ArrayList<>();
        Bench bench = bench(new Named("one", this::cable), new Named("other", run -> {
            standing.add(machines.stream().allMatch(Files::exists));
            return cable(run);
        }));

        bench.round(1);

        assertThat(standing).containsExactly(true);
        assertThat(told.stream()
                        .filter(line -> line.startsWith("  "))
                        .map(line -> line.strip().split(" ", 2)[0]))
                .containsExactly("one", "other", "one", "other");
        assertThat(bench.results()
                        .ratios("one", "other", Row.PING)
                        .orElseThrow()
                        .values())
                .hasSize(2);
        assertNothingIsLeft();
    }

    @Test
    void oneWhoseProcessEndsIsNamedWithItsLastWordsAndAllAreClosed() {
        Bench bench = bench(new Named("sound", this::cable), new Named("lame", run -> {
            Tunnel cable = cable(run);
            Daemon process = run.start("lame", List.of("echo", "no more memory"), Map.of());
            process.awaitExit(Duration.ofSeconds(10));
            return new Tunnel(cable.client(), cable.server(), cable.address(), List.of(process), Optional.empty());
        }));

        assertThatThrownBy(() -> bench.round(1))
                .isInstanceOf(LabException.class)
                .hasMessageStartingWith("lame failed")
                .hasMessageContaining("no more memory");
        assertNothingIsLeft();
    }

    @Test
    void oneThatCannotBeOpenedIsNamedAndAllAreClosed() {
        Bench bench = bench(new Named("sound", this::cable), new Named("lame", run -> {
            cable(run);
            throw new IllegalStateException("no such program");
        }));

        assertThatThrownBy(() -> bench.round(1))
                .isInstanceOf(LabException.class)
                .hasMessage("lame failed when it was opened: no such program");
        assertNothingIsLeft();
    }

    private Bench bench(Contender... contenders) {
        return new Bench(List.of(contenders), EnumSet.of(Row.PING), TWO_TURNS, told::add);
    }

    private Tunnel cable(Run run) {
        Tunnel cable = new BareCable().open(run);
        machines.add(Path.of("/run/netns", cable.client().fullName()));
        machines.add(Path.of("/run/netns", cable.server().fullName()));
        return cable;
    }

    private void assertNothingIsLeft() {
        assertThat(machines).hasSize(4).noneMatch(Files::exists);
    }

    private record Named(String name, Function<Run, Tunnel> opened) implements Contender {
        @Override
        public Set<Row> rows() {
            return EnumSet.of(Row.PING);
        }

        @Override
        public Tunnel open(Run run) {
            return opened.apply(run);
        }
    }
}

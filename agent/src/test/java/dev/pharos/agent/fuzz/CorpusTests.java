package dev.pharos.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every input that was ever worth keeping, through its target once more; what was found stays fixed. */
class CorpusTests {
    @TestFactory
    Stream<DynamicTest> everyKeptInputIsReadOrRefused() {
        return Targets.ALL.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    FuzzTarget target = entry.getValue().get();
                    List<byte[]> inputs = Corpus.of(entry.getKey());
                    assertThat(inputs).isNotEmpty();
                    inputs.forEach(input -> Fuzz.run(target, input));
                }));
    }
}

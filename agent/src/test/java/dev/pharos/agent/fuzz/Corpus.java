package dev.pharos.agent.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The inputs to begin with: those that earlier runs kept, beneath {@code src/test/fuzz}, and the seeds of the targets. */
final class Corpus {
    private static final Path KEPT = Path.of("src/test/fuzz");

    private Corpus() {}

    /** Kept inputs and seeds of one target. */
    static List<byte[]> of(String target) throws IOException {
        List<byte[]> inputs = new ArrayList<>(Targets.get(target).seeds());
        Path kept = kept(target);
        if (Files.exists(kept)) {
            for (String line : Files.readAllLines(kept)) {
                inputs.add(Base64.getDecoder().decode(line));
            }
        }
        return inputs;
    }

    /** A file with one input in base64 on each line. */
    private static Path kept(String target) {
        return KEPT.resolve(target);
    }

    /** Makes the inputs in these files what is kept. */
    static void keep(String target, Path directory) throws IOException {
        Files.createDirectories(KEPT);
        try (Stream<Path> files = Files.list(directory)) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.toList()) {
                lines.add(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            }
            Files.write(kept(target), lines.stream().sorted().toList());
        }
    }

    /**
     * Writes the corpus of one target as files, or, without a target, that of all with the byte before it that chooses.
     *
     * @param arguments directory, then the target's name if only one is meant
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        List<String> names = List.copyOf(Targets.ALL.keySet());
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index);
            if (arguments.length == 1) {
                write(directory, name, of(name), index);
            } else if (arguments[1].equals(name)) {
                write(directory, name, of(name), -1);
            }
        }
    }

    private static void write(Path directory, String name, List<byte[]> inputs, int choice) throws IOException {
        for (int i = 0; i < inputs.size(); i++) {
            byte[] input = choice < 0 ? inputs.get(i) : Samples.prefixed(choice, inputs.get(i));
            Files.write(directory.resolve(name + "-" + HexFormat.of().toHexDigits(i, 4)), input);
        }
    }
}

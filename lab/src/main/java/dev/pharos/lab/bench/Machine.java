package dev.pharos.lab.bench;

import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a run took place.
 *
 * @param features of the processor, as far as ciphers care
 */
record Machine(
        String processor, int processors, List<String> features, double gigabytes, String kernel, String system) {
    private static final List<String> CIPHER_FEATURES = List.of("aes", "vaes", "vpclmulqdq", "avx2", "avx512vl");
    private static final Duration LOOK_UP = Duration.ofSeconds(10);

    /** This one. */
    static Machine here() {
        String cpu = read("/proc/cpuinfo");
        List<String> flags = List.of(value(cpu, "flags", ":").split(" ", -1));
        return new Machine(
                value(cpu, "model name", ":"),
                Runtime.getRuntime().availableProcessors(),
                CIPHER_FEATURES.stream().filter(flags::contains).toList(),
                Double.parseDouble(value(read("/proc/meminfo"), "MemTotal", ":").replaceAll("\\D", "")) * 1024 / 1e9,
                System.getProperty("os.version"),
                value(read("/etc/os-release"), "PRETTY_NAME", "=").replace("\"", ""));
    }

    /** One sentence. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %d processors (%s), %.0f GB, Linux %s, %s",
                processor,
                processors,
                String.join(" ", features),
                gigabytes,
                kernel,
                system);
    }

    /** The commit that is checked out, with a plus when files differ from it; a question mark outside a repository. */
    static String commit() {
        Shell.Result known = Shell.attempt(LOOK_UP, List.of("git", "describe", "--always", "--dirty=+"));
        return known.succeeded() ? known.text().strip() : "?";
    }

    private static String value(String text, String name, String separator) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(separator) + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String read(String file) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

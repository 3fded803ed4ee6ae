package dev.pharos.agent.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs Jazzer in a process of its own. {@code ./pharos fuzz} calls it with a target and seconds, or seconds alone, which
 * are then spent on each target in turn; {@code --keep} moves what was learnt into the kept corpus, minimised.
 *
 * <p>Beneath {@code target/fuzz}, each target has the corpus as it grows, the log, and the inputs that failed, if any.
 */
final class FuzzRun {
    private static final Path WORK = Path.of("target/fuzz");
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units: (\\d+)");
    private static final String OURS = "dev.pharos.protocol.**:dev.pharos.agent.mesh.**:dev.pharos.agent.dataplane.**"
            + ":dev.pharos.agent.firewall.**:dev.pharos.agent.config.**";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** How a run ended. */
    record Outcome(String target, long executions, List<Path> findings, Path log) {
        boolean isClean() {
            return findings.isEmpty() && executions > 0;
        }

        @Override
        public String toString() {
            String end = isClean() ? "clean" : findings.isEmpty() ? "did not run, see " + log : "FOUND " + findings;
            return String.format("%-14s %,14d executions  %s", target, executions, end);
        }
    }

    private FuzzRun() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean keep = words.remove("--keep");
        String seconds = !words.isEmpty() && words.getLast().matches("\\d+") ? words.removeLast() : "60";
        if (words.size() > 1 || !Targets.ALL.keySet().containsAll(words)) {
            System.err.println("usage: fuzz [TARGET] [SECONDS] [--keep]; targets: " + Targets.ALL.keySet());
            System.exit(USAGE);
        }
        boolean clean = true;
        for (String target : words.isEmpty() ? List.copyOf(Targets.ALL.keySet()) : words) {
            Outcome outcome = fuzz(target, Integer.parseInt(seconds));
            System.out.println(outcome);
            clean &= outcome.isClean();
            if (keep) {
                keep(target);
            }
        }
        System.exit(clean ? 0 : FAILED);
    }

    /** Fuzzes one target, or, for null, all of them in one process. */
    static Outcome fuzz(@Nullable String target, int seconds) throws IOException, InterruptedException {
        String name = target == null ? "all" : target;
        Path work = WORK.resolve(name);
        Path findings = emptied(work.resolve("findings"));
        Corpus.main(target == null ? new String[] {corpus(name)} : new String[] {corpus(name), target});
        Path log = work.resolve("log");
        jazzer(
                target,
                log,
                "-max_total_time=" + seconds,
                "-artifact_prefix=" + findings + "/",
                "-timeout=10",
                "-print_final_stats=1",
                corpus(name));
        Matcher executions = EXECUTIONS.matcher(Files.readString(log));
        try (Stream<Path> files = Files.list(findings)) {
            return new Outcome(name, executions.find() ? Long.parseLong(executions.group(1)) : 0, files.toList(), log);
        }
    }

    /** What an earlier run has found is no finding of this one. */
    private static Path emptied(Path directory) throws IOException {
        try (Stream<Path> earlier = Files.list(Files.createDirectories(directory))) {
            for (Path finding : earlier.toList()) {
                Files.delete(finding);
            }
        }
        return directory;
    }

    /** Keeps of all that the corpus has now the fewest inputs that reach as much. */
    private static void keep(String target) throws IOException, InterruptedException {
        Path fewest = Files.createDirectories(WORK.resolve(target).resolve("fewest"));
        jazzer(target, WORK.resolve(target).resolve("merge-log"), "-merge=1", fewest.toString(), corpus(target));
        Corpus.keep(target, fewest);
    }

    private static String corpus(String name) {
        return WORK.resolve(name).resolve("corpus").toString();
    }

    private static void jazzer(@Nullable String target, Path log, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx700m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-Dpharos.fuzz.target=" + (target == null ? "" : target),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzz.class.getName(),
                "--instrumentation_includes=" + OURS + libraries(target),
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*",
                "--reproducer_path=" + WORK));
        command.addAll(List.of(arguments));
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
    }

    private static String libraries(@Nullable String target) {
        return target == null ? "" : Targets.get(target).libraries();
    }
}

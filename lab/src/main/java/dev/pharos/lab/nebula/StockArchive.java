package dev.pharos.lab.nebula;

import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Versions of stock nebula that other suites of the distribution have, fetched from the archive this machine is
 * configured for and unpacked beside it: nothing is installed, and the machine's own package lists stay as they are.
 */
public final class StockArchive {
    private static final List<String> SUITES = List.of("bookworm", "trixie", "sid");
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final Duration DOWNLOAD = Duration.ofMinutes(3);

    private final Path cache;
    private final Map<String, Optional<StockRelease>> known = new HashMap<>();
    private Optional<Apt> apt = Optional.empty();

    /** Keeps what it fetches in {@code ~/.cache/pharos/nebula}, or under {@code XDG_CACHE_HOME}. */
    public StockArchive() {
        this(Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("pharos/nebula"));
    }

    StockArchive(Path cache) {
        this.cache = cache;
    }

    /** That version, from the cache or the archive; empty when the archive no longer has it or cannot be reached. */
    public synchronized Optional<StockRelease> find(String version) {
        return known.computeIfAbsent(version, this::unpacked);
    }

    private Optional<StockRelease> unpacked(String version) {
        Path directory = cache.resolve(version);
        if (!Files.isDirectory(directory) && !fetch(version, directory)) {
            return Optional.empty();
        }
        return Optional.of(StockRelease.unpackedAt(version, directory));
    }

    private boolean fetch(String version, Path directory) {
        try {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, "fetch");
            try {
                if (apt.isEmpty()) {
                    apt = Optional.of(Apt.refreshed(Files.createDirectories(cache.resolve("apt"))));
                }
                Optional<Path> archive = apt.orElseThrow().download(version, work);
                if (archive.isEmpty()) {
                    return false;
                }
                Path tree = work.resolve("tree");
                Shell.run("dpkg-deb", "-x", archive.get().toString(), tree.toString());
                Files.move(tree, directory);
                return true;
            } finally {
                Shell.run("rm", "-rf", work.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write below " + cache, e);
        } catch (LabException e) {
            System.err.println("stock nebula " + version + " cannot be fetched: " + e.getMessage());
            return false;
        }
    }

    /** The package manager with lists, cache and sources of its own. */
    private record Apt(List<String> options) {
        static Apt refreshed(Path home) throws IOException {
            Path sources = Files.writeString(home.resolve("sources.list"), sources());
            Files.createDirectories(home.resolve("lists/partial"));
            Apt apt = new Apt(List.of(
                    "-qq",
                    "-oDir::State::Lists=" + home.resolve("lists"),
                    "-oDir::Cache=" + home,
                    "-oDir::Etc::SourceList=" + sources,
                    "-oDir::Etc::SourceParts=-",
                    "-oAcquire::Languages=none",
                    "-oAPT::Sandbox::User=root"));
            apt.run("apt-get", "update");
            return apt;
        }

        /** The first package of that upstream version, whatever the distribution's revision behind it. */
        Optional<Path> download(String version, Path into) throws IOException {
            Optional<String> found = run("apt-cache", "madison", "nebula")
                    .lines()
                    .map(line -> line.split("\\|", -1)[1].strip())
                    .filter(each -> each.startsWith(version) && !each.matches("\\Q" + version + "\\E[0-9.].*"))
                    .findFirst();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            run("env", "-C", into.toString(), "apt-get", "download", "nebula=" + found.get());
            try (Stream<Path> files = Files.list(into)) {
                return files.filter(file -> file.toString().endsWith(".deb")).findFirst();
            }
        }

        /** The suites wanted, from wherever this machine gets its own. */
        private static String sources() {
            String archive = Shell.run(
                            "apt-get",
                            "indextargets",
                            "--format",
                            "$(REPO_URI)",
                            "Created-By: Packages",
                            "Label: Debian",
                            "Component: main")
                    .lines()
                    .findFirst()
                    .orElseThrow(() -> new LabException("this machine is configured for no archive of Debian"));
            String signedBy = Files.exists(KEYRING) ? "[signed-by=" + KEYRING + "] " : "";
            return SUITES.stream()
                    .map(suite -> "deb " + signedBy + archive + " " + suite + " main\n")
                    .collect(Collectors.joining());
        }

        private String run(String... command) {
            List<String> whole = new ArrayList<>(List.of(command));
            whole.addAll(options);
            Shell.Result result = Shell.attempt(DOWNLOAD, whole);
            if (!result.succeeded()) {
                throw new LabException(command[0] + " ended with " + result.exit() + ": "
                        + result.text().strip());
            }
            return result.text();
        }
    }
}

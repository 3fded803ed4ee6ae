package dev.pharos.lab.archive;

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
 * Packages that other suites of the distribution have, fetched from the archive this machine is configured for and
 * unpacked beside it: nothing is installed, and the machine's own package lists stay as they are.
 */
public final class DebianArchive {
    private static final List<String> SUITES = List.of("bookworm", "trixie", "sid");
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final Duration DOWNLOAD = Duration.ofMinutes(3);

    private final Path cache;
    private final Map<Wanted, Optional<Path>> known = new HashMap<>();
    private Optional<Apt> apt = Optional.empty();

    private record Wanted(String name, String version) {}

    /** Keeps what it fetches in {@code ~/.cache/pharos}, or under {@code XDG_CACHE_HOME}. */
    public DebianArchive() {
        this(Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("pharos"));
    }

    DebianArchive(Path cache) {
        this.cache = cache;
    }

    /**
     * The files of a package, as they would lie below {@code /}, from the cache or the archive; empty when the archive no
     * longer has that version or cannot be reached.
     *
     * @param version the upstream version, whatever the distribution's revision behind it
     */
    public synchronized Optional<Path> find(String name, String version) {
        return known.computeIfAbsent(new Wanted(name, version), this::unpacked);
    }

    private Optional<Path> unpacked(Wanted wanted) {
        Path directory = cache.resolve(wanted.name()).resolve(wanted.version());
        return Files.isDirectory(directory) || fetch(wanted, directory) ? Optional.of(directory) : Optional.empty();
    }

    private boolean fetch(Wanted wanted, Path directory) {
        try {
            Files.createDirectories(directory.getParent());
            Path work = Files.createTempDirectory(cache, "fetch");
            try {
                if (apt.isEmpty()) {
                    apt = Optional.of(Apt.refreshed(Files.createDirectories(cache.resolve("apt"))));
                }
                Optional<Path> archive = apt.orElseThrow().download(wanted, work);
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
            System.err.println(wanted.name() + " " + wanted.version() + " cannot be fetched: " + e.getMessage());
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

        /** The first package of that upstream version. */
        Optional<Path> download(Wanted wanted, Path into) throws IOException {
            String version = wanted.version();
            Optional<String> found = run("apt-cache", "madison", wanted.name())
                    .lines()
                    .map(line -> line.split("\\|", -1)[1].strip())
                    .filter(each -> each.startsWith(version) && !each.matches("\\Q" + version + "\\E[0-9.].*"))
                    .findFirst();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            run("env", "-C", into.toString(), "apt-get", "download", wanted.name() + "=" + found.get());
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

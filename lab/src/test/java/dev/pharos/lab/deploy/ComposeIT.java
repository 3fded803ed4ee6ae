package dev.pharos.lab.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.LoopbackRelay;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Api;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts what {@code docker-compose.yml} starts, its commands with its environment, as plain processes. What differs is
 * what an image would have brought: where the programs lie, and that the name {@code postgres} resolves.
 */
class ComposeIT {
    private static final Map<String, String> DOT_ENV =
            Map.of("PHAROS_DATABASE_PASSWORD", "a long random text", "PHAROS_PUBLIC_URLS", "https://127.0.0.1:8443");
    private static final Pattern REQUIRED = Pattern.compile("\\$\\{(\\w+):\\?[^}]*}");
    private static final String API_TOKEN = "compose-0123456789abcdef0123456789abcdef";

    private final Artefacts artefacts = Artefacts.here();

    @Test
    void theControlPlaneOfTheComposeFileAnswersOnItsDatabase() throws Exception {
        try (Run run = Run.begin()) {
            Namespace machine = Namespace.create(run, "compose");
            startPostgres(run, machine, service("postgres"));
            Daemon controlPlane = startControlPlane(run, machine, service("control-plane"));

            try (LoopbackRelay relay = LoopbackRelay.to(machine, 8443);
                    Api api = new Api("https://127.0.0.1:" + relay.port(), API_TOKEN)) {
                controlPlane.awaitReady("an answer from its API", Duration.ofSeconds(90), api::answers);
                assertThat(api.get("/api/v1/networks").path("items").size()).isEqualTo(1);
            }
            assertThat(run.directory("data").resolve("postgres")).doesNotExist();
        }
    }

    /** One service of the file, with the values of {@code .env} filled in. */
    private record Service(List<String> command, Map<String, String> environment) {
        String setting(String name) {
            return Objects.requireNonNull(environment.get(name), name);
        }
    }

    private Service service(String name) throws Exception {
        String text = Files.readString(artefacts.root().resolve("docker-compose.yml"));
        String filled = REQUIRED.matcher(text).replaceAll(found -> DOT_ENV.getOrDefault(found.group(1), "not in .env"));
        JsonNode service = new JsonMapper()
                .<JsonNode>valueToTree(new Yaml().load(filled))
                .path("services")
                .path(name);
        Map<String, String> environment = new HashMap<>();
        service.path("environment").forEachEntry((key, value) -> environment.put(key, value.asString()));
        return new Service(
                service.path("command").valueStream().map(JsonNode::asString).toList(), environment);
    }

    /** What the image's entry point does at its first start, then the command as it stands. */
    private static void startPostgres(Run run, Namespace machine, Service service) throws Exception {
        Path programs = postgresPrograms();
        Path data = run.directory("pgdata");
        Path password =
                Files.writeString(run.directory("secret").resolve("password"), service.setting("POSTGRES_PASSWORD"));
        String user = service.setting("POSTGRES_USER");
        machine.run(
                "unshare",
                "--user",
                programs.resolve("initdb").toString(),
                "--no-sync",
                "-D" + data,
                "-U" + user,
                "-Ascram-sha-256",
                "--pwfile=" + password);
        Files.writeString(data.resolve("postgresql.auto.conf"), "unix_socket_directories = ''\n");
        List<String> command = new ArrayList<>(
                List.of("unshare", "--user", programs.resolve("postgres").toString()));
        command.addAll(service.command().subList(1, service.command().size()));
        Daemon postgres = machine.start("postgres", command, Map.of("PGDATA", data.toString()));
        String database = "postgresql://" + user + "@127.0.0.1/postgres";
        String create = "create database " + service.setting("POSTGRES_DB");
        postgres.awaitReady(
                "connections",
                Duration.ofSeconds(30),
                () -> machine.attempt(
                                Duration.ofSeconds(5),
                                "env",
                                "PGPASSWORD=" + service.setting("POSTGRES_PASSWORD"),
                                programs.resolve("psql").toString(),
                                database,
                                "-qc",
                                create)
                        .succeeded());
    }

    private Daemon startControlPlane(Run run, Namespace machine, Service service) {
        List<String> built = artefacts.controlPlane();
        List<String> command = service.command().stream()
                .map(word -> word.equals("java") ? built.getFirst() : word)
                .map(word -> word.endsWith(".jar") ? built.getLast() : word)
                .toList();
        Map<String, String> environment = new HashMap<>(service.environment());
        environment.computeIfPresent("PHAROS_DATABASE_URL", (_, url) -> url.replace("//postgres:", "//127.0.0.1:"));
        environment.put("PHAROS_DATA_DIR", run.directory("data").toString());
        environment.put("PHAROS_BOOTSTRAP_TOKEN", API_TOKEN);
        return machine.start("control-plane", command, environment);
    }

    private static Path postgresPrograms() throws Exception {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
        }
    }
}

package dev.pharos.lab.pharos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.lab.net.Internet;
import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.net.Segment;
import dev.pharos.lab.run.Await;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.run.Shell;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an agent answers when something is wrong with its token, its disk, its permissions or its control plane. */
class RefusalIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PREFIX = "pharos-join-";

    private static Run run;
    private static Namespace host;
    private static ControlPlane controlPlane;
    private static final Artefacts ARTEFACTS = Artefacts.here();

    @BeforeAll
    static void startAControlPlane() {
        run = Run.begin();
        Segment segment = new Internet(run).segment("lan", "198.51.100");
        Namespace server = standing(segment, "server", 2);
        host = standing(segment, "host", 3);
        controlPlane = ControlPlane.start(run, server, segment.address(2), ARTEFACTS);
    }

    @AfterAll
    static void clearAway() {
        controlPlane.close();
        run.close();
    }

    @Test
    void aWrongSecretIsRefusedAndLeavesNothingOnDisk() throws Exception {
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        String wrong = rewritten(token("wrong", 1, "PT1H"), "\"secret\":\"[^\"]*\"", "\"secret\":\"" + secret + "\"");

        Shell.Result up = up(wrong, "wrong");

        assertThat(up.exit()).as(up.text()).isEqualTo(4);
        assertThat(up.text().strip().lines()).hasSize(1);
        assertNothingIsLeft("wrong");
    }

    @Test
    void aTokenThatIsUsedUpIsRefusedAndLeavesNothingOnDisk() throws Exception {
        String token = token("once", 1, "PT1H");
        Agent first = new Agent(host, ARTEFACTS, run.directory("state").resolve("first"));
        first.up(token);
        assertThat(first.stop()).isZero();

        Shell.Result up = up(token, "second");

        assertThat(up.exit()).as(up.text()).isEqualTo(4);
        assertNothingIsLeft("second");
    }

    @Test
    void anExpiredTokenIsRefusedAndLeavesNothingOnDisk() throws Exception {
        String token = token("short", 1, "PT1S");
        Await.until("the token to expire", LIMIT, () -> !expiry("short").isAfter(Instant.now()));

        Shell.Result up = up(token, "late");

        assertThat(up.exit()).as(up.text()).isEqualTo(4);
        assertNothingIsLeft("late");
    }

    @Test
    void aServerWithAnotherKeyIsRefusedBeforeAnythingIsSent() throws Exception {
        String pin = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        String token = rewritten(token("pinned", 1, "PT1H"), "\"tls\":\\[[^]]*]", "\"tls\":[\"" + pin + "\"]");

        Shell.Result up = up(token, "pinned");

        assertThat(up.exit()).as(up.text()).isNotZero();
        assertThat(up.text()).contains("not the one that the token promises");
    }

    @Test
    void aDamagedStateDirectoryIsNamedAndNeverReplaced() throws Exception {
        Path state = run.directory("state").resolve("damaged");
        Agent agent = new Agent(host, ARTEFACTS, state);
        agent.up(token("damaged", 1, "PT1H"));
        assertThat(agent.stop()).isZero();
        Path identity = state.resolve("identity");
        byte[] half = Arrays.copyOf(Files.readAllBytes(identity), (int) Files.size(identity) / 2);
        Files.write(identity, half);

        Shell.Result again = host.attempt(LIMIT, ARTEFACTS.agent(), "run", "--state-dir", state.toString());

        assertThat(again.exit()).as(again.text()).isNotZero();
        assertThat(again.text()).contains(identity.toString());
        assertThat(Files.readAllBytes(identity)).isEqualTo(half);
    }

    @Test
    void withoutPermissionForATunItSaysWhichCapabilityIsMissing() throws Exception {
        Path state = run.directory("state").resolve("powerless");

        Shell.Result up = host.attempt(
                LIMIT,
                "setpriv",
                "--bounding-set=-net_admin",
                ARTEFACTS.agent(),
                "up",
                "--token",
                token("powerless", 1, "PT1H"),
                "--name",
                "powerless",
                "--state-dir",
                state.toString());

        assertThat(up.exit()).as(up.text()).isEqualTo(1);
        assertThat(up.text()).contains("CAP_NET_ADMIN");
    }

    @Test
    void aHostThatHasToBeApprovedSaysSoAndGoesOnOnceItIs() {
        Agent agent = new Agent(host, ARTEFACTS, run.directory("state").resolve("patient"));
        Daemon waiting = waiting("patient", approvalToken("patient"), agent);

        controlPlane.api().post(resource("patient") + "/approve", Map.of());

        waiting.awaitReady(
                "its first revision",
                LIMIT,
                () -> agent.status()
                        .filter(status ->
                                status.json().path("revision").path("number").isNumber())
                        .isPresent());
        assertThat(waiting.stop()).isZero();
    }

    @Test
    void aHostThatIsTurnedAwayEnds() throws Exception {
        String token = approvalToken("unwanted");
        Agent agent = new Agent(host, ARTEFACTS, run.directory("state").resolve("unwanted"));
        assertThat(waiting("unwanted", token, agent).stop())
                .as("told to end while it waits")
                .isZero();
        Daemon again = waiting("unwanted", token, agent);

        controlPlane.api().delete(resource("unwanted"));

        assertThat(again.awaitExit(LIMIT)).isEqualTo(4);
        assertNothingIsLeft("unwanted");
    }

    private static Daemon waiting(String name, String token, Agent agent) {
        Path state = run.directory("state").resolve(name);
        Daemon daemon = host.start(
                name, List.of(ARTEFACTS.agent(), "up", "--token", token, "--state-dir", state.toString()), Map.of());
        daemon.awaitReady(
                "its status to say what it waits for",
                LIMIT,
                () -> agent.status()
                        .filter(status ->
                                status.json().path("notices").toString().contains("waiting to be approved"))
                        .isPresent());
        return daemon;
    }

    private static String approvalToken(String name) {
        return controlPlane
                .api()
                .post("/api/v1/enrollment-tokens", Map.of("name", name, "approval", true, "host", Map.of("name", name)))
                .path("token")
                .asString();
    }

    private static String resource(String name) {
        return new Enrolments(controlPlane.api()).resource(name);
    }

    @Test
    void anAgentThatItsControlPlaneHasForgottenRunsOn() throws Exception {
        Agent agent = new Agent(host, ARTEFACTS, run.directory("state").resolve("forgotten"));
        agent.up(token("forgotten", 1, "PT1H"));

        controlPlane
                .api()
                .get("/api/v1/hosts")
                .path("items")
                .forEach(each -> controlPlane
                        .api()
                        .delete("/api/v1/hosts/" + each.path("id").asString()));

        assertThat(Await.holdsWithin(Duration.ofSeconds(5), () -> agent.status().isEmpty()))
                .isFalse();
        assertThat(agent.stop()).isZero();
    }

    private static Namespace standing(Segment segment, String name, int last) {
        Namespace machine = Namespace.create(run, name);
        segment.attach(machine, "eth0", last);
        return machine;
    }

    private static String token(String name, int uses, String expiresIn) {
        return controlPlane
                .api()
                .post("/api/v1/enrollment-tokens", Map.of("name", name, "maxUses", uses, "expiresIn", expiresIn))
                .path("token")
                .asString();
    }

    private static Instant expiry(String name) {
        return controlPlane
                .api()
                .get("/api/v1/enrollment-tokens?q=" + name)
                .path("items")
                .valueStream()
                .filter(token -> token.path("name").asString().equals(name))
                .map(token -> Instant.parse(token.path("expiresAt").asString()))
                .findFirst()
                .orElseThrow();
    }

    private static Shell.Result up(String token, String name) {
        Path state = run.directory("state").resolve(name);
        return host.attempt(
                LIMIT, ARTEFACTS.agent(), "up", "--token", token, "--name", name, "--state-dir", state.toString());
    }

    private static void assertNothingIsLeft(String name) throws Exception {
        Path state = run.directory("state").resolve(name);
        if (Files.exists(state)) {
            try (Stream<Path> files = Files.walk(state)) {
                assertThat(files.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    /** A token with part of its JSON replaced, and the check value that belongs to the result. */
    private static String rewritten(String token, String part, String replacement) throws Exception {
        byte[] decoded = Base64.getUrlDecoder().decode(token.substring(PREFIX.length()));
        String json = new String(decoded, 0, decoded.length - 4, StandardCharsets.UTF_8);
        String changed = json.replaceFirst(part, replacement);
        assertThat(changed).isNotEqualTo(json);
        byte[] bytes = changed.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(bytes);
        whole.write(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 4);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole.toByteArray());
    }
}

package dev.pharos.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.EnrollmentToken;
import dev.pharos.protocol.bundle.ProblemType;
import dev.pharos.protocol.bundle.SigningKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTests {
    @TempDir
    Path parent;

    private TestControlPlane controlPlane;
    private StateDirectory state;

    @BeforeEach
    void start() throws Exception {
        controlPlane = new TestControlPlane(new TestNetwork());
        state = StateDirectory.open(parent.resolve("state"));
    }

    @AfterEach
    void stop() {
        controlPlane.close();
    }

    @Test
    void aGoodTokenLeavesKeysAndBundleOnDisk() throws Exception {
        enrol(controlPlane.token());

        HostIdentity identity = state.identity().orElseThrow();
        assertThat(identity.host()).contains(TestNetwork.HOST);
        assertThat(controlPlane.enrolled).contains(identity.signingKey().publicKey());
        assertThat(state.bundle()).isEqualTo(controlPlane.bundle);
        assertThat(files()).containsExactlyInAnyOrder("identity", "bundle");
        assertThat(permissions("identity")).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void anUnknownTokenIsRefusedAndLeavesNothing() throws Exception {
        EnrollmentToken good = controlPlane.token();
        EnrollmentToken wrong = new EnrollmentToken(
                good.urls(), good.network(), good.bundleKey(), Binary.of(randomBytes()), good.tls());

        assertThatThrownBy(() -> enrol(wrong))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.REFUSED))
                .hasMessage("the control plane refuses this host: this token is not known here");
        assertThat(files()).isEmpty();
    }

    @Test
    void anExpiredTokenIsRefusedInTheServersWords() throws Exception {
        controlPlane.answerWith =
                Optional.of(TestControlPlane.problem(ProblemType.TOKEN_EXPIRED, 403, "the token expired\nyesterday"));

        assertThatThrownBy(() -> enrol(controlPlane.token()))
                .hasMessage("the control plane refuses this host: the token expired yesterday");
        assertThat(files()).isEmpty();
    }

    @Test
    void aTokenCutOffWhileCopyingIsToldApartBeforeAnythingIsSent() {
        String token = controlPlane.token().encode();

        assertThatThrownBy(() -> enrol(token.substring(0, token.length() - 3)))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.REFUSED))
                .hasMessageContaining("copy the whole of it");
        assertThat(controlPlane.requests).isEmpty();
    }

    @Test
    void aServerWithAnotherKeyGetsNoByteOfTheToken() throws Exception {
        assertThatThrownBy(() -> enrol(controlPlane.tokenWith(TlsKey.generate())))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.REFUSED))
                .hasMessageContaining("not the one that the token promises");
        assertThat(controlPlane.requests).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void aServerWithAnotherKeyDoesNotUndoAnEnrolmentThatWasBegun() throws Exception {
        controlPlane.answerWith = Optional.of(TestControlPlane.problem(ProblemType.SIGNATURE, 500, "crashed"));
        assertThatThrownBy(() -> enrol(controlPlane.token())).isInstanceOf(AgentException.class);

        assertThatThrownBy(() -> enrol(controlPlane.tokenWith(TlsKey.generate())))
                .isInstanceOf(AgentException.class);

        assertThat(state.enrolling()).isPresent();
    }

    @Test
    void aBundleSignedByAnotherKeyIsRefused() throws Exception {
        controlPlane.bundle = controlPlane.network.bundle(
                1,
                controlPlane.url(),
                controlPlane.tls.pin(),
                SigningKey.generate(new SecureRandom()),
                Optional.empty(),
                List.of());

        assertThatThrownBy(() -> enrol(controlPlane.token())).hasMessageContaining("not to be trusted");
        assertThat(files()).isEmpty();
    }

    @Test
    void everyUrlOfTheTokenIsTried() throws Exception {
        EnrollmentToken good = controlPlane.token();
        List<URI> urls = new ArrayList<>(good.urls());
        urls.addFirst(URI.create("https://127.0.0.1:1"));

        enrol(new EnrollmentToken(urls, good.network(), good.bundleKey(), good.secret(), good.tls()));

        assertThat(state.isEnrolled()).isTrue();
    }

    @Test
    void anInterruptedEnrolmentGoesOnWithTheSameKeys() throws Exception {
        controlPlane.answerWith = Optional.of(TestControlPlane.problem(ProblemType.SIGNATURE, 500, "crashed"));
        assertThatThrownBy(() -> enrol(controlPlane.token())).isInstanceOf(AgentException.class);
        SigningKey begun = state.enrolling().orElseThrow().signingKey();
        controlPlane.answerWith = Optional.empty();

        enrol(controlPlane.token());

        assertThat(state.identity().orElseThrow().signingKey().publicKey()).isEqualTo(begun.publicKey());
    }

    @Test
    void aWrongClockHealsItself() throws Exception {
        controlPlane.clockOffset = Duration.ofDays(20000);

        enrol(controlPlane.token());

        assertThat(state.isEnrolled()).isTrue();
    }

    @Test
    void anEnrolledHostNeedsNoSecondAnswer() throws Exception {
        enrol(controlPlane.token());
        controlPlane.requests.clear();

        enrol(controlPlane.token());

        assertThat(controlPlane.requests).isEmpty();
    }

    @Test
    void aTokenOfAnotherNetworkIsRefusedOnAnEnrolledDirectory() throws Exception {
        enrol(controlPlane.token());
        EnrollmentToken good = controlPlane.token();

        assertThatThrownBy(() -> enrol(
                        new EnrollmentToken(good.urls(), "net_other", good.bundleKey(), good.secret(), good.tls())))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.REFUSED))
                .hasMessageContaining("belongs to another network (net_test)");
        assertThat(state.isEnrolled()).isTrue();
    }

    private void enrol(EnrollmentToken token) throws Exception {
        enrol(token.encode());
    }

    private void enrol(String token) throws Exception {
        new Enrolment(
                        state,
                        new EventLog(System.err, InstantSource.system()),
                        InstantSource.system(),
                        new SecureRandom())
                .enrol(token, Optional.of("rpi"), _ -> () -> {});
    }

    private List<String> files() throws Exception {
        if (Files.notExists(state.path())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(state.path())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private String permissions(String file) throws Exception {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.path().resolve(file)));
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}

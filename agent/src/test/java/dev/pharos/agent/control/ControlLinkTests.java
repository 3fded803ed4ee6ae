package dev.pharos.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.log.EventLog;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.bundle.Bundle;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.EnrollmentAnswer;
import dev.pharos.protocol.bundle.HostReport;
import dev.pharos.protocol.bundle.PeerPath;
import dev.pharos.protocol.bundle.ProblemType;
import dev.pharos.protocol.bundle.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlLinkTests {
    private final EventLog log = new EventLog(System.err, InstantSource.system());
    private final List<Long> enforced = new CopyOnWriteArrayList<>();
    private TestControlPlane controlPlane;
    private StateDirectory state;
    private ControlLink link;

    @BeforeEach
    void enrol(@TempDir Path parent) throws Exception {
        controlPlane = new TestControlPlane(new TestNetwork());
        state = StateDirectory.open(parent.resolve("state"));
        new Enrolment(state, log, InstantSource.system(), new SecureRandom())
                .enrol(controlPlane.token().encode(), Optional.empty(), _ -> () -> {});
        link = open();
    }

    @AfterEach
    void stop() {
        link.close();
        controlPlane.close();
    }

    @Test
    void aNewBundleIsOnDiskBeforeItIsEnforcedAndReportedAtOnce() throws Exception {
        link.start(new TestEnforcer());
        await().until(() -> link.state().connected());
        controlPlane.reports.clear();

        controlPlane.publish(bundle(2));

        await().atMost(Duration.ofSeconds(1)).until(() -> enforced.equals(List.of(2L)));
        assertThat(state.bundle()).isEqualTo(controlPlane.bundle);
        assertThat(controlPlane.reports.poll(1, TimeUnit.SECONDS)).isNotNull();
        assertThat(link.state().url()).isEqualTo(controlPlane.url().toString());
    }

    @Test
    void ofMorePeersThanARequestHoldsThoseAreReportedThatWereHeardLast() throws Exception {
        Instant now = Instant.now();
        List<HostReport.Peer> many = IntStream.range(0, 8000)
                .mapToObj(number -> peer(number, now.minusSeconds(number)))
                .toList();
        link.start(new TestEnforcer() {
            @Override
            public List<HostReport.Peer> peers() {
                return many;
            }
        });

        HostReport report = Objects.requireNonNull(controlPlane.reports.poll(10, TimeUnit.SECONDS));

        assertThat(report.peers())
                .hasSizeBetween(3000, 7999)
                .isEqualTo(many.subList(0, report.peers().size()));
        assertThat(report.omitted()).contains(8000 - report.peers().size());
    }

    @Test
    void onlyPartsThatAreNewAreFetched() throws Exception {
        link.start(new TestEnforcer());
        controlPlane.publish(bundle(2));

        await().until(() -> enforced.equals(List.of(2L)));

        assertThat(controlPlane.requests)
                .filteredOn(request -> request.startsWith("GET /parts/"))
                .hasSize(1);
    }

    @Test
    void anOlderBundleIsRefusedAndReported() throws Exception {
        link.start(new TestEnforcer());
        controlPlane.publish(bundle(3));
        await().until(() -> enforced.equals(List.of(3L)));

        controlPlane.publish(bundle(2));

        await().until(() -> link.state().refused().isPresent());
        assertThat(link.state().refused().get().reason()).contains("older");
        await().until(() -> controlPlane.reports.stream()
                .anyMatch(report -> report.refused().isPresent()));
        assertThat(enforced).containsExactly(3L);
    }

    @Test
    void anUnknownCriticalFieldKeepsTheBundleThereIs() throws Exception {
        link.start(new TestEnforcer());

        controlPlane.publish(controlPlane.network.bundle(
                2,
                controlPlane.url(),
                controlPlane.tls.pin(),
                controlPlane.network.bundleKey,
                Optional.empty(),
                List.of("own.egress")));

        await().until(() -> link.state().refused().isPresent());
        assertThat(link.state().refused().get().reason()).contains("own.egress");
        assertThat(link.bundle().manifest().revision().number()).isEqualTo(1);
    }

    @Test
    void theBundleKeyIsReplacedByABundleThatTheOldOneSigned() throws Exception {
        SigningKey successor = SigningKey.generate(new SecureRandom());
        link.start(new TestEnforcer());
        controlPlane.publish(controlPlane.network.bundle(
                2,
                controlPlane.url(),
                controlPlane.tls.pin(),
                controlPlane.network.bundleKey,
                Optional.of(successor.publicKey()),
                List.of()));
        await().until(() -> enforced.contains(2L));

        controlPlane.publish(controlPlane.network.bundle(
                3, controlPlane.url(), controlPlane.tls.pin(), successor, Optional.empty(), List.of()));

        await().until(() -> enforced.contains(3L));
        link.close();
        assertThat(open().bundle().manifest().revision().number()).isEqualTo(3);
        assertThat(state.identity().orElseThrow().bundleKeys())
                .containsExactly(successor.publicKey().pin());
    }

    @Test
    void aControlPlaneThatHasForgottenTheBundleIsShownIt() throws Exception {
        controlPlane.forgetful = true;
        link.start(new TestEnforcer());

        await().until(() -> link.state().connected());

        assertThat(controlPlane.shown).hasSize(1);
        assertThat(controlPlane.shown.getFirst().envelope()).isEqualTo(controlPlane.bundle.envelope());
        assertThat(Digest.of(controlPlane.shown.getFirst().trust().toBytes()))
                .isEqualTo(link.bundle().manifest().parts().trust());
        controlPlane.publish(bundle(2));
        await().until(() -> enforced.equals(List.of(2L)));
    }

    @Test
    void whateverTheControlPlaneAnswersTheHostGoesOn() throws Exception {
        link.start(new TestEnforcer());
        await().until(() -> link.state().connected());

        for (int status : new int[] {401, 404, 500}) {
            controlPlane.answerWith =
                    Optional.of(TestControlPlane.problem(ProblemType.HOST_UNKNOWN, status, "no such host"));
            controlPlane.publish(bundle(2));
            await().until(() -> link.state()
                    .trouble()
                    .filter(text -> text.contains("" + status))
                    .isPresent());
            assertThat(link.state().connected()).isFalse();
        }
        controlPlane.answerWith = Optional.empty();

        await().until(() -> link.state().connected());
        await().until(() -> enforced.equals(List.of(2L)));
    }

    @Test
    void aSigningKeyThatIsNotAcceptedIsToldWithItsFile() throws Exception {
        controlPlane.answerWith =
                Optional.of(TestControlPlane.problem(ProblemType.SIGNATURE, 401, "signature not accepted"));
        link.start(new TestEnforcer());

        await().until(() -> link.state().trouble().isPresent());
        assertThat(link.state().trouble().orElseThrow())
                .contains("signature not accepted", "key in " + state.path().resolve("identity") + ", which must be");
    }

    @Test
    void aHostStartsFromDiskWithNoControlPlaneInSight() throws Exception {
        controlPlane.close();
        link.start(new TestEnforcer());

        await().until(() -> link.state().trouble().isPresent());

        assertThat(link.bundle().own().name()).isEqualTo("rpi");
        assertThat(link.state().connected()).isFalse();
    }

    @Test
    void aBundleThatCannotBeEnforcedIsNotKept() throws Exception {
        link.start(new TestEnforcer() {
            @Override
            public Prepared prepare(Bundle bundle) throws AgentException {
                throw new AgentException("no");
            }
        });

        controlPlane.publish(bundle(2));

        await().until(() -> link.state().refused().isPresent());
        assertThat(state.bundle()).isNotEqualTo(controlPlane.bundle);
    }

    @Test
    void leavingTellsTheControlPlaneAndWipesTheKeys() throws Exception {
        link.leave();

        assertThat(controlPlane.requests).contains("POST /leave");
        assertThat(state.isEnrolled()).isFalse();
        assertThat(Files.exists(state.path().resolve("bundle"))).isFalse();
    }

    @Test
    void aHostThatCannotSayGoodbyeKeepsItsKeys() throws Exception {
        controlPlane.close();

        assertThatThrownBy(() -> link.leave()).hasMessageContaining("could not be told");
        assertThat(state.isEnrolled()).isTrue();
    }

    @Test
    void aDamagedIdentityIsNamedAndKept() throws Exception {
        Path identity = state.path().resolve("identity");
        Files.writeString(identity, "{\"version\":1");

        assertThatThrownBy(this::open).hasMessageStartingWith(identity + " is damaged");
        assertThat(Files.readString(identity)).isEqualTo("{\"version\":1");
    }

    @Test
    void anIdentityThatNamesNoHostIsDamaged() throws Exception {
        Path identity = state.path().resolve("identity");
        String without = Files.readString(identity).replace("\"" + TestNetwork.HOST + "\"", "null");
        Files.writeString(identity, without);

        assertThatThrownBy(this::open).hasMessageStartingWith(identity + " is damaged (it does not say which host");
        assertThat(Files.readString(identity)).isEqualTo(without);
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsDamageOfTheIdentity() {
        // the certificate of the test network is for a key that this host never had
        assertThatThrownBy(link::requireKeyOfCertificate)
                .hasMessageStartingWith(state.path().resolve("identity") + " is damaged (its key is not that of");
    }

    @Test
    void aMissingIdentityBesideABundleIsDamageNotANewHost() throws Exception {
        Files.delete(state.path().resolve("identity"));

        assertThatThrownBy(this::open).hasMessageContaining("identity is damaged (it is missing");
    }

    @Test
    void aFlippedBitInTheBundleIsNoticed() throws Exception {
        Path bundle = state.path().resolve("bundle");
        Files.writeString(bundle, Files.readString(bundle).replaceFirst("\"signature\":\"..", "\"signature\":\"AA"));

        assertThatThrownBy(this::open).hasMessageStartingWith(bundle + " is damaged");
    }

    @Test
    void anEmptyDirectoryIsAHostThatIsNotEnrolled(@TempDir Path other) {
        assertThatThrownBy(
                        () -> ControlLink.open(StateDirectory.open(other), log, InstantSource.system(), new Random()))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.NOT_ENROLLED));
    }

    @Test
    void oneAgentRunsOnADirectory() throws Exception {
        state.lock();

        assertThat(state.path().resolve("lock")).exists();
    }

    private ControlLink open() throws AgentException {
        return ControlLink.open(state, log, InstantSource.system(), new Random());
    }

    private EnrollmentAnswer bundle(long number) throws Exception {
        return controlPlane.network.bundle(number, controlPlane.url(), controlPlane.tls.pin());
    }

    private static HostReport.Peer peer(int number, Instant heard) {
        return new HostReport.Peer(
                VpnAddress.ofV4(0x0A40_0000 + number),
                PeerPath.DIRECT,
                Optional.of(UnderlayEndpoint.ofV4(0xC633_6407, 4242)),
                List.of(),
                List.of(),
                Optional.of(1.5),
                Optional.of(heard),
                Optional.of(heard),
                1_000,
                2_000);
    }

    private class TestEnforcer implements Enforcer {
        @Override
        public Prepared prepare(Bundle bundle) throws AgentException {
            return () -> enforced.add(bundle.manifest().revision().number());
        }

        @Override
        public List<String> unmet() {
            return List.of();
        }

        @Override
        public List<HostReport.Peer> peers() {
            return List.of();
        }
    }
}

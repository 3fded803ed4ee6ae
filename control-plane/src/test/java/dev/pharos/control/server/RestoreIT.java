package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.bundle.Binary;
import dev.pharos.protocol.bundle.Digest;
import dev.pharos.protocol.bundle.Revision;
import dev.pharos.protocol.bundle.RevisionId;
import dev.pharos.protocol.bundle.ShownBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** The database is set back to an older copy of itself. */
class RestoreIT {
    private final Path directory = Server.temporaryDirectory();
    private final Path copy = Server.temporaryDirectory();

    @AfterEach
    void leaveNothing() {
        FileSystemUtils.deleteRecursively(directory.toFile());
        FileSystemUtils.deleteRecursively(copy.toFile());
    }

    @Test
    void aBlockThatTheDatabaseHasForgottenHoldsUntilAnOwnerConfirms() throws Exception {
        FakeAgent witness;
        FakeAgent second;
        FakeAgent villain;
        Revision before;
        try (Server server = Server.on(directory)) {
            witness = FakeAgent.joined(server.api(), "witness");
            second = FakeAgent.joined(server.api(), "second");
            villain = FakeAgent.joined(server.api(), "villain");
            witness.poll(1);
        }
        copy();
        try (Server server = Server.on(directory)) {
            witness.at(server.url());
            second.at(server.url()).poll(1);
            server.api().post("hosts/" + villain.id() + "/block", "");
            while (witness.poll(1).isPresent()) {
                assertThat(witness.bundle()).isNotNull();
            }
            before = witness.bundle().revision().revision();
        }
        List<Fingerprint> blocked = witness.bundle().trust().blocklist();
        assertThat(blocked).hasSize(2);

        try (Server server = Server.on(copy)) {
            Rest api = server.api();
            String network = "networks/" + api.get("hosts/" + villain.id()).at("networkId") + "/kept-blocks";
            witness.at(server.url());
            assertThat(witness.tryToPoll(witness.bundle().revision(), 5).statusCode())
                    .isEqualTo(409);
            assertThat(witness.show(new ShownBundle(witness.envelope(), Binary.of(new byte[] {'{', '}'})))
                            .statusCode())
                    .isEqualTo(422);
            assertThat(second.at(server.url())
                            .show(new ShownBundle(witness.envelope(), Binary.of(new byte[0])))
                            .statusCode())
                    .as("the bundle of another host")
                    .isEqualTo(422);
            assertThat(api.get(network).body().path("items")).isEmpty();

            assertThat(witness.show().statusCode()).isEqualTo(204);

            assertThat(witness.poll(10)).isPresent();
            assertThat(witness.bundle().revision().revision().epoch()).isGreaterThan(before.epoch());
            assertThat(witness.bundle().trust().blocklist()).containsExactlyElementsOf(blocked);
            FakeAgent newcomer = FakeAgent.joined(api, "newcomer");
            assertThat(newcomer.bundle().trust().blocklist()).containsExactlyElementsOf(blocked);
            assertThat(api.get(network).body().path("items"))
                    .hasSize(2)
                    .allMatch(block -> block.path("hostId").asString().equals(villain.id()));
            villain.at(server.url());
            String tag = api.get("hosts/" + villain.id()).header("ETag");
            api.patch("hosts/" + villain.id(), "{'groups':['more']}", "If-Match", tag);
            villain.poll(5);
            assertThat(blocked)
                    .as("the villain gets no certificate that nobody refuses")
                    .contains(villain.bundle()
                            .own()
                            .certificates()
                            .v2()
                            .orElseThrow()
                            .fingerprint());

            assertThat(api.post(network + "/confirm", "").status()).isEqualTo(204);

            assertThat(newcomer.poll(10).orElseThrow().trust().blocklist()).isEmpty();
        }
    }

    @Test
    void anAgentTooOldToShowItsBundleIsAskedForAMinuteAndThenFollows() throws Exception {
        FakeAgent old;
        try (Server server = Server.on(directory)) {
            old = FakeAgent.joined(server.api(), "old");
        }
        copy();
        try (Server server = Server.on(directory)) {
            server.api().patch("hosts/" + old.at(server.url()).id(), "{'groups':['later']}");
            old.poll(5);
        }
        Revision before = old.bundle().revision().revision();
        MovableClock clock = new MovableClock();
        try (Server server = Server.at(clock, copy)) {
            old.at(server.url());
            assertThat(old.tryToPoll(old.bundle().revision(), 0).statusCode()).isEqualTo(409);
            clock.forward(Duration.ofSeconds(50));
            assertThat(old.tryToPoll(old.bundle().revision(), 0).statusCode()).isEqualTo(409);

            clock.forward(Duration.ofSeconds(15));

            assertThat(old.poll(5)
                            .orElseThrow()
                            .own()
                            .certificates()
                            .v2()
                            .orElseThrow()
                            .groups())
                    .isEmpty();
            Revision after = old.bundle().revision().revision();
            assertThat(after.epoch()).isGreaterThan(before.epoch());

            RevisionId lie = new RevisionId(new Revision(after.epoch(), after.number() + 9), Digest.of(new byte[1]));
            assertThat(old.tryToPoll(lie, 0).statusCode()).isEqualTo(409);
            clock.forward(Duration.ofMinutes(2));
            assertThat(old.tryToPoll(lie, 0).statusCode())
                    .as("believed once a day")
                    .isEqualTo(304);
            assertThat(old.poll(0)).isEmpty();
        }
    }

    private void copy() throws Exception {
        assertThat(new ProcessBuilder("cp", "-a", directory + "/.", copy.toString())
                        .start()
                        .waitFor())
                .isZero();
    }
}

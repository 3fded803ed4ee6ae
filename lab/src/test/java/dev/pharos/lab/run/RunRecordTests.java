package dev.pharos.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path home;

    @Test
    void clearingEndsTheProcessesOfAKilledRunAndRemovesItsFiles() throws Exception {
        RunRecord record = recordIn("dead");
        Process left = new ProcessBuilder("sleep", "1000").start();
        record.process(ProcessId.of(left.pid()).orElseThrow());
        Files.createDirectories(home.resolve("dead/state/deep"));
        Files.writeString(home.resolve("dead/state/deep/file"), "kept by nobody");

        record.clear();

        assertThat(left.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(home.resolve("dead")).doesNotExist();
    }

    @Test
    void clearingSparesAProcessThatHasTheNumberOfOneWhichEnded() throws Exception {
        RunRecord record = recordIn("reused");
        Process other = new ProcessBuilder("sleep", "1000").start();
        ProcessId id = ProcessId.of(other.pid()).orElseThrow();
        record.process(new ProcessId(id.pid(), id.startTicks() - 1));

        record.clear();

        assertThat(other.isAlive()).isTrue();
        other.destroyForcibly();
    }

    @Test
    void aDirectoryThatHasJustBeenMadeIsNoDeadRunYet() throws Exception {
        Path directory = Files.createDirectory(home.resolve("young"));
        RunRecord record = new RunRecord(directory);

        assertThat(record.ownerAlive()).isTrue();
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
        assertThat(record.ownerAlive()).isFalse();
    }

    @Test
    void aRunLivesAsLongAsItsOwner() throws Exception {
        RunRecord record = recordIn("owned");
        Process owner = new ProcessBuilder("sleep", "1000").start();
        record.owner(ProcessId.of(owner.pid()).orElseThrow());

        assertThat(record.ownerAlive()).isTrue();
        owner.destroyForcibly().waitFor();
        assertThat(record.ownerAlive()).isFalse();
    }

    @Test
    void clearingRemovesAnAccountThatTheRunHasBroughtAbout() throws Exception {
        RunRecord record = recordIn("account");
        assumeThat(Shell.attempt(LIMIT, List.of("useradd", "--system", "--no-create-home", "ph-record-test"))
                        .succeeded())
                .as("accounts can be made here, which takes real root")
                .isTrue();
        record.account("ph-record-test");

        record.clear();

        assertThat(Shell.attempt(LIMIT, List.of("id", "-u", "ph-record-test")).succeeded())
                .isFalse();
    }

    private RunRecord recordIn(String name) throws Exception {
        return new RunRecord(Files.createDirectory(home.resolve(name)));
    }
}

package dev.pharos.agent.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.AgentException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilesTests {
    private final Profiles profiles = new Profiles();

    @TempDir
    Path directory;

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void aProcessorProfileNamesTheBusyMethodAndTellsNothingElse() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread busy = Thread.ofPlatform().start(() -> busyUntil(done));
        List<RecordedEvent> samples;
        try {
            // How often a thread is sampled is the machine's affair: again until it was.
            samples = await().atMost(Duration.ofSeconds(60))
                    .until(() -> aMomentOf(busy), all -> all.stream().anyMatch(event -> isIn(event, "busyUntil")));
        } finally {
            done.set(true);
            busy.join();
        }
        assertThat(kinds(samples)).isSubsetOf("jdk.ExecutionSample", "jdk.NativeMethodSample");
    }

    private List<RecordedEvent> aMomentOf(Thread busy) throws AgentException, IOException {
        Path file = directory.resolve("cpu.jfr");
        Files.deleteIfExists(file);
        assertThat(profiles.startProcessor(file.toString())).contains("issue stop-cpu-profile");
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(busy.threadId());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> threads.getThreadCpuTime(busy.threadId()) - before > 200_000_000);
        profiles.stopProcessor();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        return RecordingFile.readAllEvents(file);
    }

    private static void busyUntil(AtomicBoolean done) {
        long sum = 0;
        while (!done.get()) {
            sum += Long.hashCode(sum) | 1;
        }
        assertThat(done).isTrue();
    }

    @Test
    void aLockProfileNamesTheMethodThatWaited() throws Exception {
        assertThat(profiles.fraction(Optional.empty())).isEqualTo("Current value: 0\n");
        assertThat(profiles.fraction(Optional.of("5"))).isEqualTo("New value: 5. Old value: 0\n");
        AtomicBoolean lock = new AtomicBoolean();
        Thread second = Thread.ofPlatform().unstarted(() -> waitsFor(lock));
        synchronized (lock) {
            second.start();
            await().atMost(Duration.ofSeconds(10)).until(() -> second.getState() == Thread.State.BLOCKED);
        }
        second.join();

        assertThat(profiles.saveLocks(file("locks.jfr"))).contains("created at " + file("locks.jfr"));

        List<RecordedEvent> waits = RecordingFile.readAllEvents(directory.resolve("locks.jfr"));
        assertThat(waits)
                .anyMatch(event ->
                        event.getEventType().getName().equals("jdk.JavaMonitorEnter") && isIn(event, "waitsFor"));
        assertThat(kinds(waits)).isSubsetOf("jdk.JavaMonitorEnter", "jdk.ThreadPark");
        assertThat(profiles.fraction(Optional.of("0"))).isEqualTo("New value: 0. Old value: 5\n");
        assertThatThrownBy(() -> profiles.saveLocks(file("more.jfr"))).hasMessageContaining("mutex-profile-fraction 1");
    }

    private static void waitsFor(AtomicBoolean lock) {
        synchronized (lock) {
            lock.set(true);
        }
    }

    @Test
    void theHeapIsDumpedForItsOwnerAlone() throws Exception {
        assertThat(Profiles.saveHeap(file("heap"))).contains("created at " + file("heap"), "private key");

        Path heap = directory.resolve("heap");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(heap)))
                .isEqualTo("rw-------");
        try (var content = Files.newInputStream(heap)) {
            assertThat(new String(content.readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("JAVA PROFILE");
        }
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(heap);
        }
    }

    @Test
    void whatIsThereIsNotOverwritten() throws Exception {
        Path taken = Files.writeString(directory.resolve("taken"), "mine");
        Path pointed = Files.createSymbolicLink(directory.resolve("pointed"), directory.resolve("nowhere"));
        assertThatThrownBy(() -> Profiles.saveHeap(taken.toString())).hasMessageContaining("not overwritten");
        assertThatThrownBy(() -> Profiles.saveHeap(pointed.toString())).hasMessageContaining("not overwritten");
        assertThatThrownBy(() -> profiles.startProcessor(taken.toString())).hasMessageContaining("not overwritten");

        Path late = directory.resolve("late");
        profiles.startProcessor(late.toString());
        Files.writeString(late, "mine too");
        assertThatThrownBy(profiles::stopProcessor).hasMessageContaining("not overwritten");
        Path moved = Files.move(late, directory.resolve("moved"));
        profiles.stopProcessor();

        assertThat(taken).hasContent("mine");
        assertThat(moved).hasContent("mine too");
        assertThat(late).isNotEmptyFile();
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    @Test
    void whatCannotBeDoneIsSaidBeforeAnythingIsRecorded() throws Exception {
        assertThatThrownBy(() -> profiles.startProcessor("cpu.jfr")).hasMessageContaining("must be absolute");
        assertThatThrownBy(() -> profiles.startProcessor(file("no/such/directory")))
                .hasMessageContaining("cannot write to " + file("no/such"));
        assertThatThrownBy(profiles::stopProcessor).hasMessage("No cpu profile is under way");
        assertThatThrownBy(() -> profiles.fraction(Optional.of("much"))).hasMessage("Invalid argument: much");

        profiles.startProcessor(file("cpu.jfr"));
        assertThatThrownBy(() -> profiles.startProcessor(file("other.jfr"))).hasMessageContaining("already under way");
        profiles.stopProcessor();
    }

    private static boolean isIn(RecordedEvent event, String method) {
        return event.getStackTrace() != null
                && event.getStackTrace().getFrames().stream()
                        .anyMatch(frame -> frame.getMethod().getName().equals(method));
    }

    private static Set<String> kinds(List<RecordedEvent> events) {
        return events.stream().map(event -> event.getEventType().getName()).collect(Collectors.toSet());
    }
}

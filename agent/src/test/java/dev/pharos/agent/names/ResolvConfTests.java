package dev.pharos.agent.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.control.StateFile;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.names.HostResolver.Wish;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTests {
    private static final String BEFORE = """
        # by hand
        domain old.example
        nameserver 192.0.2.1
        nameserver 2001:db8::1
        nameserver 192.0.2.3
        options edns0 timeout:2
        """;

    @TempDir
    private Path directory;

    private final EventLog log = new EventLog(System.err, InstantSource.system());
    private Path file;
    private StateFile<ResolverRecord> kept;
    private Wish wish;

    @BeforeEach
    void aMachine() throws Exception {
        file = Files.writeString(directory.resolve("resolv.conf"), BEFORE);
        kept = StateDirectory.open(directory.resolve("state")).file("resolver", ResolverRecord.class);
        wish = new Wish("pharos0", InetAddress.ofLiteral("10.42.0.10"), "home.internal", List.of());
    }

    @Test
    void ourServerComesFirstAndTheOthersStayBehindIt() throws Exception {
        ResolvConf resolver = new ResolvConf(file, kept, log);
        resolver.set(wish);
        resolver.set(wish);

        assertThat(Files.readString(file).lines().filter(line -> !line.startsWith("# pharos")))
                .containsExactly(
                        "nameserver 10.42.0.10",
                        "# by hand",
                        "nameserver 192.0.2.1",
                        "nameserver 2001:db8::1",
                        "options edns0 timeout:2",
                        "search old.example home.internal");
        assertThat(resolver.upstreams())
                .containsExactly(
                        new InetSocketAddress("192.0.2.1", 53),
                        new InetSocketAddress("2001:db8::1", 53),
                        new InetSocketAddress("192.0.2.3", 53));
        resolver.close();
        assertThat(file).hasContent(BEFORE);
        assertThat(kept.read()).isEmpty();
    }

    @Test
    void theNextLifeKnowsWhatWasThereBeforeAKilledOne() throws Exception {
        new ResolvConf(file, kept, log).set(wish);

        ResolvConf unused = new ResolvConf(file, kept, log);
        unused.close();
        assertThat(file).hasContent(BEFORE);

        new ResolvConf(file, kept, log).set(wish);
        ResolvConf next = new ResolvConf(file, kept, log);
        next.set(wish);
        assertThat(next.upstreams()).hasSize(3);
        next.close();
        assertThat(file).hasContent(BEFORE);
    }

    @Test
    void whatADhcpClientWritesBecomesWhatIsPutBack() throws Exception {
        ResolvConf resolver = new ResolvConf(file, kept, log);
        resolver.set(wish);

        Files.writeString(file, "nameserver 198.51.100.1\n");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> Files.readString(file).contains("nameserver 10.42.0.10"));
        assertThat(resolver.upstreams()).containsExactly(new InetSocketAddress("198.51.100.1", 53));
        resolver.close();
        assertThat(file).hasContent("nameserver 198.51.100.1\n");
    }

    @Test
    void whatSomebodyElseWroteLastStays() throws Exception {
        ResolvConf resolver = new ResolvConf(file, kept, log);
        resolver.set(wish);
        Files.writeString(file, "nameserver 198.51.100.1\n");
        resolver.close();

        assertThat(file).hasContent("nameserver 198.51.100.1\n");
    }

    @Test
    void aFileThatWasNotThereGoesAgain() throws Exception {
        Files.delete(file);
        ResolvConf resolver = new ResolvConf(file, kept, log);
        resolver.set(wish);
        assertThat(resolver.upstreams()).containsExactly(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53));

        resolver.close();

        assertThat(file).doesNotExist();
    }

    @Test
    void aLinkStaysALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        ResolvConf resolver = new ResolvConf(link, kept, log);
        resolver.set(wish);
        assertThat(file).content().contains("10.42.0.10");
        resolver.close();

        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent(BEFORE);
    }
}

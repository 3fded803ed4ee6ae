package dev.pharos.agent.names;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.control.StateFile;
import dev.pharos.agent.log.EventLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code /etc/resolv.conf} (resolv.conf(5)). It cannot send some names here and others there, so all come to us, and we
 * pass on what is not the network's to the servers that were in it; these stay in it behind us. When a DHCP client or a
 * person writes it anew, that becomes what was before, and our line is put in again. It is written in place: it may be a
 * link to another file, or a mount of its own in a network namespace, and neither survives a rename.
 */
final class ResolvConf implements HostResolver {
    static final Path FILE = Path.of("/etc/resolv.conf");

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int PORT = 53;

    /** More are not read. */
    private static final int MOST_SERVERS = 3;

    private static final String MARK =
            "# pharos-agent keeps this line first while it runs, and puts back what was here";

    private final Path file;
    private final StateFile<ResolverRecord> kept;
    private final EventLog log;
    private CountDownLatch closed = new CountDownLatch(1);
    private @Nullable ResolverRecord record;
    private @Nullable Wish wish;
    private volatile List<InetSocketAddress> upstreams = List.of();

    /** What an earlier life wrote, if it is still there, is taken for what it replaced. */
    ResolvConf(Path file, StateFile<ResolverRecord> kept, EventLog log) {
        this.file = file;
        this.kept = kept;
        this.log = log;
        try {
            record = kept.read()
                    .filter(earlier -> earlier.file().equals(file.toString()))
                    .orElse(null);
        } catch (AgentException e) {
            log.error("what an earlier life of this agent changed is not known", "why", e.getMessage());
        }
    }

    @Override
    public synchronized void set(Wish wanted) throws IOException {
        boolean first = wish == null;
        wish = wanted;
        write();
        if (first) {
            CountDownLatch end = new CountDownLatch(1);
            closed = end;
            Thread.ofVirtual().name("resolv-conf").start(() -> watch(end));
        }
    }

    @Override
    public List<InetSocketAddress> upstreams() {
        return upstreams;
    }

    private void watch(CountDownLatch end) {
        try {
            while (!end.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                writeAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void writeAgain() {
        try {
            write();
        } catch (IOException e) {
            log.debug("resolver not told again", "file", file, "why", e.getMessage());
        }
    }

    /** Does nothing while the file is what we wrote. The record is on the disk before the file changes. */
    private void write() throws IOException {
        Wish now = wish;
        if (now == null) {
            return;
        }
        Optional<String> content = read();
        Optional<String> before =
                record != null && content.equals(Optional.of(record.written())) ? record.before() : content;
        String wanted = text(now, before.orElse(""));
        upstreams = servers(before.orElse(""), now.server());
        if (content.equals(Optional.of(wanted))) {
            return;
        }
        ResolverRecord next = new ResolverRecord(file.toString(), before, wanted);
        try {
            kept.write(next);
        } catch (AgentException e) {
            throw new IOException(e.getMessage(), e);
        }
        record = next;
        overwrite(wanted);
        log.info("resolver told", "file", file, "zone", now.zone(), "upstreams", upstreams);
    }

    private static String text(Wish wish, String before) {
        List<String> lines =
                new ArrayList<>(List.of(MARK, "nameserver " + wish.server().getHostAddress()));
        List<String> search = new ArrayList<>();
        int servers = 1;
        for (String line : before.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            switch (words[0]) {
                case "nameserver" -> {
                    if (++servers <= MOST_SERVERS) {
                        lines.add(line);
                    }
                }
                case "search", "domain" ->
                    search = new ArrayList<>(List.of(words).subList(1, words.length));
                default -> lines.add(line);
            }
        }
        search.remove(wish.zone());
        search.add(wish.zone());
        lines.add("search " + String.join(" ", search));
        return String.join("\n", lines) + "\n";
    }

    /** As the C library has it, no server at all means one on this machine. */
    private static List<InetSocketAddress> servers(String content, InetAddress own) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String line : content.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 1 && words[0].equals("nameserver")) {
                address(words[1])
                        .filter(address -> !address.equals(own))
                        .ifPresent(address -> servers.add(new InetSocketAddress(address, PORT)));
            }
        }
        return servers.isEmpty()
                ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT))
                : List.copyOf(servers);
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<String> read() throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    /** First the new bytes over the old ones, then the end, so that nobody ever reads an empty file. */
    private void overwrite(String content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(bytes.limit());
            channel.force(true);
        }
    }

    /** What somebody else has written meanwhile stays. */
    @Override
    public synchronized void close() throws IOException {
        closed.countDown();
        wish = null;
        upstreams = List.of();
        ResolverRecord mine = record;
        if (mine == null) {
            return;
        }
        if (read().equals(Optional.of(mine.written()))) {
            if (mine.before().isPresent()) {
                overwrite(mine.before().get());
            } else {
                Files.delete(file);
            }
        }
        try {
            kept.delete();
        } catch (AgentException e) {
            throw new IOException(e.getMessage(), e);
        }
        record = null;
    }
}

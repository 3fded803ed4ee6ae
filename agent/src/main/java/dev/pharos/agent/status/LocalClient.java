package dev.pharos.agent.status;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.status.LocalMessages.Answer;
import dev.pharos.agent.status.LocalMessages.Request;
import dev.pharos.protocol.MalformedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands' end of the local socket. */
public final class LocalClient implements AutoCloseable {
    private static final String OTHER_VERSION = "the agent that runs is of another version; restart it";

    private final SocketChannel channel;
    private final BufferedReader reader;

    private LocalClient(SocketChannel channel) {
        this.channel = channel;
        this.reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    static Path socketIn(Path directory) {
        return directory.resolve("agent.sock");
    }

    /**
     * Connects to the agent that runs on this directory; empty when none does.
     *
     * @throws AgentException when one may, but cannot be spoken to
     */
    public static Optional<LocalClient> connect(Path directory) throws AgentException {
        Path socket = socketIn(directory);
        if (Files.notExists(socket)) {
            return Optional.empty();
        }
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return Optional.of(new LocalClient(channel));
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            throw new AgentException("permission denied: " + socket + "; run this as the user the agent runs as");
        } catch (IOException e) {
            throw new AgentException("cannot speak to the agent at " + socket + ": " + e.getMessage(), e);
        }
    }

    public StatusReport status() throws AgentException {
        return known(ask(Request.of(LocalMessages.STATUS)).status());
    }

    /** The status with what takes some seconds to find out. */
    public StatusReport check() throws AgentException {
        return known(ask(Request.of(LocalMessages.CHECK)).status());
    }

    public PingReply ping(String host) throws AgentException {
        return known(ask(new Request(LocalMessages.PING, host, null)).ping());
    }

    /** @param service protocol, slash, port */
    public ExplainReply explain(String source, String destination, String service) throws AgentException {
        return known(ask(new Request(LocalMessages.EXPLAIN, null, List.of(source, destination, service)))
                .explain());
    }

    public NetcheckReport netcheck() throws AgentException {
        return known(ask(Request.of(LocalMessages.NETCHECK)).netcheck());
    }

    /** Runs a command of the debug console and answers what it prints. */
    public String debug(List<String> arguments) throws AgentException {
        return known(ask(new Request(LocalMessages.DEBUG, null, arguments)).text());
    }

    public void leave() throws AgentException {
        ask(Request.of(LocalMessages.LEAVE));
    }

    private static <T> T known(@Nullable T answer) throws AgentException {
        if (answer == null) {
            throw new AgentException(OTHER_VERSION);
        }
        return answer;
    }

    private Answer ask(Request request) throws AgentException {
        try {
            channel.write(StandardCharsets.UTF_8.encode(LocalMessages.write(request) + "\n"));
            String line = reader.readLine();
            if (line == null) {
                throw new AgentException("the agent ended before it answered");
            }
            Answer answer = LocalMessages.read(line, Answer.class);
            if (answer.error() != null) {
                throw new AgentException(answer.error());
            }
            return answer;
        } catch (MalformedException e) {
            throw new AgentException(OTHER_VERSION, e);
        } catch (IOException e) {
            throw new AgentException("the agent does not answer: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

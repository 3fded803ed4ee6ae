package dev.pharos.agent.status;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.status.LocalMessages.Answer;
import dev.pharos.agent.status.LocalMessages.Request;
import dev.pharos.protocol.MalformedException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the commands on a socket that only the agent's own user can open. */
public final class LocalServer implements AutoCloseable {
    /** Of the path of a Unix socket, with its terminating zero (unix(7)). */
    private static final int MAX_PATH_BYTES = 107;

    private final ServerSocketChannel channel;
    private final Path socket;
    private final LocalDaemon daemon;
    private final EventLog log;

    private LocalServer(ServerSocketChannel channel, Path socket, LocalDaemon daemon, EventLog log) {
        this.channel = channel;
        this.socket = socket;
        this.daemon = daemon;
        this.log = log;
    }

    /**
     * Starts to answer in the directory, which belongs to this process alone: a socket found there is a leftover.
     *
     * @throws AgentException when the socket cannot be made
     */
    public static LocalServer start(Path directory, LocalDaemon daemon, EventLog log) throws AgentException {
        Path socket = LocalClient.socketIn(directory);
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new AgentException(socket + " is too long a path for a socket; choose a shorter --state-dir");
        }
        try {
            Files.deleteIfExists(socket);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            LocalServer server = new LocalServer(channel, socket, daemon, log);
            Thread.ofVirtual().name("local-server").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new AgentException("cannot make the socket " + socket + ": " + e.getMessage(), e);
        }
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel client = channel.accept();
                Thread.ofVirtual().name("local-client").start(() -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.warning("local socket failed", "path", socket, "cause", e.getMessage());
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            String line = readLine(client);
            while (line != null) {
                ByteBuffer answer = StandardCharsets.UTF_8.encode(LocalMessages.write(answer(line)) + "\n");
                while (answer.hasRemaining()) {
                    client.write(answer);
                }
                line = readLine(client);
            }
        } catch (IOException e) {
            log.debug("local client went away", "cause", e.getMessage());
        }
    }

    private Answer answer(String line) {
        try {
            Request request = LocalMessages.read(line, Request.class);
            List<String> arguments = request.arguments() == null ? List.of() : request.arguments();
            return switch (request.command()) {
                case LocalMessages.STATUS -> Answer.status(daemon.status());
                case LocalMessages.CHECK -> Answer.status(daemon.check());
                case LocalMessages.PING -> Answer.ping(daemon.ping(String.valueOf(request.host())));
                case LocalMessages.EXPLAIN -> explain(arguments);
                case LocalMessages.NETCHECK -> Answer.netcheck(daemon.netcheck());
                case LocalMessages.DEBUG -> Answer.text(daemon.debug(arguments));
                case LocalMessages.LEAVE -> {
                    daemon.leave();
                    yield Answer.DONE;
                }
                case String other -> Answer.error("this agent does not know the command " + other);
            };
        } catch (AgentException e) {
            return Answer.error(e.getMessage());
        } catch (MalformedException e) {
            return Answer.error("not a request");
        } catch (RuntimeException e) {
            log.warning("local request failed", "cause", e);
            return Answer.error("the agent could not answer just now; try again");
        }
    }

    private Answer explain(List<String> arguments) throws AgentException {
        return arguments.size() == 3
                ? Answer.explain(daemon.explain(arguments.get(0), arguments.get(1), arguments.get(2)))
                : Answer.error("not a request");
    }

    /** One line without its end; null when the client has no more to say, or says too much. */
    private static @Nullable String readLine(SocketChannel client) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(LocalMessages.MAX_REQUEST);
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.hasRemaining() && client.read(one.clear()) == 1) {
            if (one.get(0) == '\n') {
                return StandardCharsets.UTF_8.decode(line.flip()).toString();
            }
            line.put(one.get(0));
        }
        return null;
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            log.debug("local socket not removed", "path", socket, "cause", e.getMessage());
        }
    }
}

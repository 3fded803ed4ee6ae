package dev.pharos.agent.node;

import dev.pharos.agent.log.EventLog;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Tells systemd how far the service is (sd_notify(3)); silent where no service manager asks. */
final class ServiceManager {
    private final String socketPath;
    private final EventLog log;

    private ServiceManager(String socketPath, EventLog log) {
        this.socketPath = socketPath;
        this.log = log;
    }

    static ServiceManager ofEnvironment(EventLog log) {
        String path = System.getenv("NOTIFY_SOCKET");
        return new ServiceManager(path == null ? "" : path, log);
    }

    void ready() {
        tell("READY=1");
    }

    void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String state) {
        if (socketPath.isEmpty()) {
            return;
        }
        Epoll.ensureAvailability();
        byte[] path = socketPath.getBytes(StandardCharsets.UTF_8);
        if (path[0] == '@') {
            path[0] = 0;
        }
        byte[] text = state.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocateDirect(text.length).put(text).flip();
        Socket socket = Socket.newSocketDomainDgram();
        try {
            socket.sendToDomainSocket(buffer, 0, text.length, path);
            socket.close();
        } catch (IOException e) {
            log.warning("service manager not told", "state", state, "cause", e.getMessage());
        }
    }
}

package dev.pharos.agent.config;

import dev.pharos.agent.dataplane.DataPlaneSettings.Socket;
import dev.pharos.agent.linux.UdpPort;
import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import java.util.OptionalInt;

/**
 * The UDP socket.
 *
 * @param where an address of the machine, 0.0.0.0, :: for both families, or a name of one; port 0 for any
 * @param batch messages taken by one system call
 * @param sendRecvErrors whom to tell of an unknown tunnel index
 * @param acceptRecvErrors whose word of that kind is heeded
 * @param offloads whether the kernel may cut up and join datagrams
 */
public record ListenSettings(
        HostPort where,
        int batch,
        UdpPort.Options options,
        RecvErrors sendRecvErrors,
        RecvErrors acceptRecvErrors,
        boolean offloads) {

    private static final int MAX_BATCH = 128;
    private static final int MAX_BUFFER = 1 << 30;

    static ListenSettings read(Section listen) throws ConfigException {
        String host = listen.text("host", "0.0.0.0");
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new ListenSettings(
                new HostPort(
                        bracketed ? host.substring(1, host.length() - 1) : host, listen.number("port", 0, 0, 65535)),
                Math.min(MAX_BATCH, listen.number("batch", Socket.DEFAULT.batch(), 1, Integer.MAX_VALUE)),
                new UdpPort.Options(
                        buffer(listen, "read_buffer"),
                        buffer(listen, "write_buffer"),
                        listen.number("so_mark", 0, 0, Integer.MAX_VALUE)),
                recvErrors(listen, "send_recv_error"),
                recvErrors(listen, "accept_recv_error"),
                listen.flag("udp_offloads", true));
    }

    /** Zero is how old files say nothing. */
    private static OptionalInt buffer(Section listen, String key) throws ConfigException {
        int bytes = listen.number(key, 0, 0, MAX_BUFFER);
        return bytes == 0 ? OptionalInt.empty() : OptionalInt.of(bytes);
    }

    private static RecvErrors recvErrors(Section listen, String key) throws ConfigException {
        return switch (listen.oneOf(key, "always", "never", "private", "true", "false")) {
            case "never", "false" -> RecvErrors.NEVER;
            case "private" -> RecvErrors.PRIVATE;
            case String always -> RecvErrors.ALWAYS;
        };
    }
}

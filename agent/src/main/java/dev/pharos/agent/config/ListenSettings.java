package dev.pharos.agent.config;

import dev.pharos.agent.mesh.MeshSettings.RecvErrors;
import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;

/**
 * The UDP socket.
 *
 * @param endpoint where to listen: 0.0.0.0, :: for both families, or one of the machine's addresses; port 0 for any
 * @param sendRecvErrors whom to tell of an unknown tunnel index
 */
public record ListenSettings(UnderlayEndpoint endpoint, RecvErrors sendRecvErrors) {

    static ListenSettings read(Section listen) throws ConfigException {
        VpnAddress host = listen.parse("host", listen.text("host", "0.0.0.0"), ListenSettings::address);
        int port = listen.number("port", 0, 0, 65535);
        return new ListenSettings(
                UnderlayEndpoint.of(host.toBytes(), port),
                switch (listen.oneOf("send_recv_error", "always", "never", "private", "true", "false")) {
                    case "never", "false" -> RecvErrors.NEVER;
                    case "private" -> RecvErrors.PRIVATE;
                    case String always -> RecvErrors.ALWAYS;
                });
    }

    private static VpnAddress address(String text) throws MalformedException {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        return VpnAddress.parse(bracketed ? text.substring(1, text.length() - 1) : text);
    }
}

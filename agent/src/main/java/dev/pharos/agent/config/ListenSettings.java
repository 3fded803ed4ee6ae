package dev.pharos.agent.config;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;

/**
 * The UDP socket.
 *
 * @param host the address to bind to: 0.0.0.0, ::, or one of the machine's
 * @param port 0 for any
 * @param batch most datagrams read by one system call
 * @param readBuffer bytes; 0 for the system's default
 * @param writeBuffer bytes; 0 for the system's default
 * @param sendRecvError whom to tell of an unknown tunnel index
 * @param acceptRecvError whose word to take about one
 */
public record ListenSettings(
        String host,
        int port,
        int batch,
        int readBuffer,
        int writeBuffer,
        RecvError sendRecvError,
        RecvError acceptRecvError) {

    /** Which peers an unauthenticated error packet goes to or is heeded from. */
    public enum RecvError {
        ALWAYS,
        NEVER,
        /** Only peers at private underlay addresses. */
        PRIVATE
    }

    static ListenSettings read(Section listen) throws ConfigException {
        String host = listen.value("host", ListenSettings::address).orElse("0.0.0.0");
        return new ListenSettings(
                host,
                listen.number("port", 0, 0, 65535),
                listen.number("batch", 64, 1, 1024),
                listen.number("read_buffer", 0, 0, Integer.MAX_VALUE),
                listen.number("write_buffer", 0, 0, Integer.MAX_VALUE),
                recvError(listen, "send_recv_error"),
                recvError(listen, "accept_recv_error"));
    }

    private static String address(String text) throws MalformedException {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        return VpnAddress.parse(bare).toString();
    }

    private static RecvError recvError(Section listen, String key) throws ConfigException {
        return switch (listen.oneOf(key, "always", "never", "private", "true", "false")) {
            case "never", "false" -> RecvError.NEVER;
            case "private" -> RecvError.PRIVATE;
            case String always -> RecvError.ALWAYS;
        };
    }
}

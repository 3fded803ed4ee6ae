package dev.pharos.agent.config;

import dev.pharos.protocol.MalformedException;

/**
 * A host and a port as files and bundles write them; the host is an address literal without brackets or a DNS name.
 *
 * @param port 0 to 65535; 0 only where it means "the port I listen on"
 */
public record HostPort(String host, int port) {

    /**
     * Parses {@code 192.0.2.1:4242}, {@code [2001:db8::1]:4242} or {@code home.example.net:4242}.
     *
     * @throws MalformedException when it is not of that form
     */
    public static HostPort parse(String text) throws MalformedException {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new MalformedException("not of the form host:port");
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (port > 65535 || bracketed != host.contains(":")) {
            throw new MalformedException("not of the form host:port");
        }
        return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    /**
     * Parses {@code :8080} too, where the missing host means every address of the machine.
     *
     * @throws MalformedException when it is not of that form
     */
    static HostPort parseListen(String text) throws MalformedException {
        return text.startsWith(":") ? new HostPort("", parse("any" + text).port()) : parse(text);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

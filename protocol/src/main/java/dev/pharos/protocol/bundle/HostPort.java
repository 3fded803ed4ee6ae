package dev.pharos.protocol.bundle;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A public endpoint as people give it: {@code 198.51.100.2:4242}, {@code [2001:db8::1]:4242} or
 * {@code home.example.net:4242}. A name is resolved where it is used, again and again.
 *
 * @param host an address without brackets, or a DNS name in lower case
 */
public record HostPort(String host, int port) {
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_]([a-z0-9_-]{0,62}))*");

    public HostPort {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the port of an endpoint is 1 to 65535");
        }
    }

    /**
     * Reads one of the three forms; a name is put in lower case.
     *
     * @throws MalformedException when the text is none of the three forms
     */
    public static HostPort parse(String text) throws MalformedException {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        String port = text.substring(colon + 1);
        if (!port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 65535) {
            throw new MalformedException("not an endpoint of the form host:port");
        }
        boolean dotted = host.matches("[\\d.]+");
        if (host.startsWith("[") || dotted) {
            UnderlayEndpoint literal = UnderlayEndpoint.parse(text);
            String address = literal.toString();
            String bare = literal.isV4() ? address : address.substring(1, address.length());
            return new HostPort(bare.substring(0, bare.lastIndexOf(literal.isV4() ? ":" : "]")), literal.port());
        }
        if (!NAME.matcher(host).matches()) {
            throw new MalformedException("not an endpoint of the form host:port");
        }
        return new HostPort(host, Integer.parseInt(port));
    }

    /** The endpoint itself when the host is an address; empty for a name. */
    public Optional<UnderlayEndpoint> literal() {
        try {
            return Optional.of(UnderlayEndpoint.parse(toString()));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}

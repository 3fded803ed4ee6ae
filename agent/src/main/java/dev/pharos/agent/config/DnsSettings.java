package dev.pharos.agent.config;

/**
 * The DNS responder of a lighthouse: {@code lighthouse.serve_dns}, {@code lighthouse.dns.*}.
 *
 * @param host address or name to listen on; empty for every address of the machine
 * @param port UDP, 1 to 65535
 */
public record DnsSettings(String host, int port) {
    static final int PORT = 53;

    /** Old instructions wrote {@code [::]}. */
    static DnsSettings read(Section dns) throws ConfigException {
        String host = dns.text("host", "");
        return new DnsSettings(
                host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
                dns.number("port", PORT, 1, 65535));
    }
}

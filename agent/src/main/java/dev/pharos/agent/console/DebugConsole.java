package dev.pharos.agent.console;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.AgentVersion;
import dev.pharos.agent.cert.CertificateJson;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.Format;
import dev.pharos.agent.log.Level;
import dev.pharos.agent.mesh.MeshConsole;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.CertificatePem;
import dev.pharos.protocol.json.RecordJson;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Nebula's console commands and a few more: one command line in, a text out. */
public final class DebugConsole {
    private static final String HELP = """
        list-hostmap [-json|-pretty] [-by-index]   hosts with a tunnel; by index: every tunnel
        list-pending-hostmap [-json|-pretty]       handshakes under way
        list-lighthouse-addrmap [-json|-pretty]    where hosts may be
        print-cert [-json|-pretty|-raw] [ADDR]     this host's certificates, or that of a peer
        print-tunnel [-pretty] ADDR                the tunnels to a peer
        print-relays [-pretty]                     every hop of every relay
        create-tunnel [-address IP:PORT] ADDR      begins a handshake
        close-tunnel [-local-only] ADDR            ends the tunnels to a peer
        change-remote -address IP:PORT ADDR        sends a tunnel's packets elsewhere
        query-lighthouse ADDR                      asks the lighthouses; prints what is known now
        list-rules                                 the firewall's rules
        device-info [-json|-pretty]                the overlay's device
        log                                        the last lines of the log
        log-level [LEVEL]                          debug, info, warning or error; until the next start or reload
        log-format [FORMAT]                        text or json; until the next start or reload
        reload                                     reads the configuration again, as SIGHUP does
        start-cpu-profile FILE                     where time goes, a Java Flight Recorder file; the path is absolute
        stop-cpu-profile                           writes it
        mutex-profile-fraction [NUMBER]            0 stops recording where threads wait, any other number begins it
        save-mutex-profile FILE                    writes that, a Java Flight Recorder file too
        save-heap-profile FILE                     the whole heap (hprof), this host's PRIVATE KEY included: keep it
        threads                                    what every platform thread does
        version                                    the version that runs
        help                                       this
        """;

    private static final RecordJson JSON = RecordJson.withNulls();

    private final ConsoleNode node;
    private final EventLog log;
    private final Profiles profiles = new Profiles();

    public DebugConsole(ConsoleNode node, EventLog log) {
        this.node = node;
        this.log = log;
    }

    /**
     * Runs one command.
     *
     * @throws AgentException when there is no such command, or it cannot be done; the message says why
     */
    public String run(List<String> line) throws AgentException {
        if (line.isEmpty()) {
            return HELP;
        }
        Words words = Words.parse(line.subList(1, line.size()));
        return switch (line.getFirst()) {
            case "help" -> HELP;
            case "version" -> AgentVersion.current() + "\n";
            case "list-hostmap" -> hostmap(words);
            case "list-pending-hostmap" ->
                rows(
                        words,
                        node.ask((mesh, _) -> mesh.pending()),
                        one -> one.vpnAddr() + ": attempt " + one.attempts() + " at " + one.remotes());
            case "list-lighthouse-addrmap" ->
                rows(
                        words,
                        node.ask((mesh, _) -> mesh.locations()),
                        one -> one.vpnAddr() + ": " + one.remotes() + " by relays " + one.relays());
            case "print-cert" -> certificate(words);
            case "print-tunnel" -> tunnel(words);
            case "print-relays" -> json(words, node.ask((mesh, _) -> mesh.relays()));
            case "create-tunnel" -> createTunnel(words);
            case "close-tunnel" -> closeTunnel(words);
            case "change-remote" -> changeRemote(words);
            case "query-lighthouse" -> query(words);
            case "list-rules" -> String.join("\n", node.rules()) + "\n";
            case "device-info" -> device(words);
            case "log" -> log.recent();
            case "log-level" -> logLevel(words);
            case "log-format" -> logFormat(words);
            case "reload" -> {
                node.reload();
                yield "reloading; the log says how it went\n";
            }
            case "start-cpu-profile" -> profiles.startProcessor(words.file());
            case "stop-cpu-profile" -> profiles.stopProcessor();
            case "mutex-profile-fraction" -> profiles.fraction(words.first());
            case "save-mutex-profile" -> profiles.saveLocks(words.file());
            case "save-heap-profile" -> Profiles.saveHeap(words.file());
            case "threads" -> threads();
            case String other -> throw new AgentException("no such command: " + other + "; try help");
        };
    }

    private String hostmap(Words words) {
        List<MeshConsole.TunnelInfo> all = node.ask((mesh, _) -> mesh.tunnels());
        List<MeshConsole.TunnelInfo> shown = words.has("by-index")
                ? all.stream()
                        .sorted(Comparator.comparingLong(MeshConsole.TunnelInfo::localIndex))
                        .toList()
                : all.stream().filter(MeshConsole.TunnelInfo::isPrimary).toList();
        return rows(words, shown, one -> one.vpnAddrs() + ": " + one.remotes());
    }

    private String certificate(Words words) throws AgentException {
        List<Certificate> certificates = node.certificates();
        if (!words.rest().isEmpty()) {
            VpnAddress address = words.address();
            certificates = List.of(node.certificateOf(address).orElseThrow(() -> noTunnel(address)));
        }
        if (words.has("raw")) {
            return CertificatePem.format(certificates);
        }
        StringBuilder text = new StringBuilder();
        for (Certificate certificate : certificates) {
            boolean compact = words.has("json") && !words.has("pretty");
            text.append(compact ? CertificateJson.compact(certificate) : CertificateJson.indented(certificate))
                    .append('\n');
        }
        return text.toString();
    }

    private String tunnel(Words words) throws AgentException {
        VpnAddress address = words.address();
        List<MeshConsole.TunnelInfo> tunnels = node.ask((mesh, _) -> mesh.tunnels()).stream()
                .filter(tunnel -> tunnel.vpnAddrs().contains(address.toString()))
                .toList();
        if (tunnels.isEmpty()) {
            throw noTunnel(address);
        }
        return json(words, tunnels);
    }

    private String createTunnel(Words words) throws AgentException {
        VpnAddress address = words.address();
        var endpoint = words.endpoint();
        if (!node.ask((mesh, now) -> mesh.createTunnel(now, address, endpoint))) {
            throw new AgentException(address + " is no other host of this network");
        }
        return "Created\n";
    }

    private String closeTunnel(Words words) throws AgentException {
        VpnAddress address = words.address();
        boolean silent = words.has("local-only");
        if (!node.ask((mesh, now) -> silent ? mesh.dropTunnel(now, address) : mesh.closeTunnel(now, address))) {
            throw noTunnel(address);
        }
        return "Closed\n";
    }

    private String changeRemote(Words words) throws AgentException {
        VpnAddress address = words.address();
        UnderlayEndpoint endpoint = words.endpoint().orElseThrow(() -> new AgentException("No address was provided"));
        if (!node.ask((mesh, now) -> mesh.changeRemote(now, address, endpoint))) {
            throw noTunnel(address);
        }
        return "Changed\n";
    }

    private String query(Words words) throws AgentException {
        VpnAddress address = words.address();
        return json(words, node.ask((mesh, now) -> mesh.query(now, address)));
    }

    private String device(Words words) {
        ConsoleNode.Device device = node.device();
        return words.has("json") || words.has("pretty")
                ? json(words, device)
                : device.name() + ": " + device.cidr() + ", mtu " + device.mtu() + ", udp port " + device.udpPort()
                        + "\n";
    }

    private String logLevel(Words words) throws AgentException {
        if (!words.rest().isEmpty()) {
            log.least(
                    switch (words.rest().getFirst().toLowerCase(Locale.ROOT)) {
                        case "trace", "debug" -> Level.DEBUG;
                        case "info" -> Level.INFO;
                        case "warn", "warning" -> Level.WARNING;
                        case "error", "fatal", "panic" -> Level.ERROR;
                        case String other -> throw new AgentException("no such level: " + other);
                    });
        }
        return "Log level is: " + log.least().name().toLowerCase(Locale.ROOT) + "\n";
    }

    private String logFormat(Words words) throws AgentException {
        if (!words.rest().isEmpty()) {
            log.format(
                    switch (words.rest().getFirst().toLowerCase(Locale.ROOT)) {
                        case "text" -> Format.TEXT;
                        case "json" -> Format.JSON;
                        case String other -> throw new AgentException("no such format: " + other);
                    });
        }
        return "Log format is: " + log.format().name().toLowerCase(Locale.ROOT) + "\n";
    }

    private static String threads() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Thread, StackTraceElement[]> entry) ->
                        entry.getKey().getName()))
                .forEach(entry -> {
                    text.append(entry.getKey().getName())
                            .append(", ")
                            .append(entry.getKey().getState())
                            .append('\n');
                    for (StackTraceElement frame : entry.getValue()) {
                        text.append("    ").append(frame).append('\n');
                    }
                });
        return text.toString();
    }

    private static AgentException noTunnel(VpnAddress address) {
        return new AgentException("Could not find tunnel for vpn address: " + address);
    }

    private static <T> String rows(Words words, List<T> values, Function<T, String> line) {
        if (words.has("json") || words.has("pretty")) {
            return json(words, values);
        }
        StringBuilder text = new StringBuilder();
        values.forEach(value -> text.append(line.apply(value)).append('\n'));
        return text.toString();
    }

    private static String json(Words words, Object value) {
        return (words.has("pretty") ? JSON.indented(value) : JSON.text(value)) + "\n";
    }
}

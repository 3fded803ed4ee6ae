package dev.pharos.agent.status;

import dev.pharos.agent.AgentException;
import java.util.List;

/** Says always the same. */
public final class FakeDaemon implements LocalDaemon {
    public static final ExplainReply EXPLAINED = new ExplainReply(
            true,
            "inbound",
            "rpi",
            "laptop",
            "laptop to rpi, tcp/22",
            "a rule allows it",
            "port: 22, proto: tcp, groups: [mobiles]",
            1);

    public static final NetcheckReport CHECKED = new NetcheckReport(
            "rpi",
            List.of(
                    new NetcheckReport.Lighthouse("anchor", "10.42.0.2", true, "198.51.100.2:4242", "direct", 3.14),
                    new NetcheckReport.Lighthouse("home-server", "10.42.0.1", false, null, null, null)),
            new NetcheckReport.Nat("cone", "every peer sees the same endpoint, so others can be told where to send"),
            List.of("192.168.7.20:4242"),
            List.of(new NetcheckReport.Observation("anchor", "203.0.113.9:4242")),
            false,
            "none",
            null,
            new NetcheckReport.Mtu(1300, 1360, 1280, false));

    private final StatusReport report;

    public FakeDaemon(StatusReport report) {
        this.report = report;
    }

    @Override
    public StatusReport status() {
        return report;
    }

    @Override
    public StatusReport check() {
        return report.with(List.of("no lighthouse answers"), List.of("control plane gone"));
    }

    @Override
    public PingReply ping(String host) throws AgentException {
        if (!host.equals("laptop")) {
            throw new AgentException("no host is called " + host);
        }
        return new PingReply("laptop", "10.42.0.10", "direct", 1.5);
    }

    @Override
    public ExplainReply explain(String source, String destination, String service) {
        return EXPLAINED;
    }

    @Override
    public NetcheckReport netcheck() {
        return CHECKED;
    }

    @Override
    public String debug(List<String> arguments) {
        return "ran " + String.join(" ", arguments) + "\n";
    }

    @Override
    public void leave() {
        throw new UnsupportedOperationException();
    }
}

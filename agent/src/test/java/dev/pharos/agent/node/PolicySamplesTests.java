package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.agent.firewall.ConnectionLimits;
import dev.pharos.agent.firewall.Firewall;
import dev.pharos.agent.firewall.FirewallRules;
import dev.pharos.agent.firewall.LocalHost;
import dev.pharos.agent.firewall.PeerIdentity;
import dev.pharos.agent.firewall.UnsetLocalRange;
import dev.pharos.agent.firewall.Verdict;
import dev.pharos.protocol.Fingerprint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.OwnPart.Rules;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * What the control plane compiles from random policies, and says that they do, is what this firewall does. The samples are
 * written by the test of the same name in the control plane.
 */
class PolicySamplesTests {
    private static final Fingerprint AUTHORITY = new Fingerprint("ca".repeat(32));
    private static final int NETWORK_BITS = 24;

    record Host(String address, List<String> groups, List<String> subnets, Rules rules) {}

    record Question(int from, int to, String address, String protocol, int port, boolean outbound, boolean inbound) {}

    record Sample(List<Host> hosts, List<Question> questions) {}

    @Test
    void theFirewallDoesWhatASimulationSays() throws Exception {
        int asked = 0;
        int allowed = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Objects.requireNonNull(getClass().getResourceAsStream("policy-samples.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Sample sample = ControlJson.read(Sample.class, line.getBytes(StandardCharsets.UTF_8), 1 << 20);
                for (Question question : sample.questions()) {
                    check(sample, question, line);
                    asked++;
                    allowed += question.outbound() && question.inbound() ? 1 : 0;
                }
            }
        }
        assertThat(asked).isGreaterThan(10_000);
        assertThat(allowed).as("the samples are about something").isBetween(asked / 10, asked * 9 / 10);
    }

    private static void check(Sample sample, Question question, String line) throws Exception {
        Host from = sample.hosts().get(question.from());
        Host to = sample.hosts().get(question.to());
        byte[] packet = packet(from, question);
        Verdict out = firewall(from).judgeOutbound(peer(to), packet, 0, packet.length, 1);
        Verdict in = firewall(to).judgeInbound(peer(from), packet, 0, packet.length, 1);
        assertThat(out == Verdict.ALLOWED).as(question + " out of " + line).isEqualTo(question.outbound());
        assertThat(in == Verdict.ALLOWED).as(question + " into " + line).isEqualTo(question.inbound());
    }

    /** A new one for each packet, so that no connection is known. */
    private static Firewall firewall(Host host) throws Exception {
        return new Firewall(
                new FirewallRules(
                        new LocalHost(
                                List.of(new VpnPrefix(VpnAddress.parse(host.address()), NETWORK_BITS)), subnets(host)),
                        ManagedNode.rules(host.rules().inbound()),
                        ManagedNode.rules(host.rules().outbound()),
                        UnsetLocalRange.OWN_NETWORKS),
                ConnectionLimits.DEFAULT,
                7);
    }

    private static PeerIdentity peer(Host host) throws Exception {
        return new PeerIdentity(
                new Fingerprint(String.format("%064x", host.address().hashCode())),
                host.address(),
                host.groups(),
                List.of(VpnAddress.parse(host.address())),
                subnets(host),
                "Test CA",
                AUTHORITY);
    }

    private static List<VpnPrefix> subnets(Host host) throws Exception {
        List<VpnPrefix> subnets = new ArrayList<>();
        for (String subnet : host.subnets()) {
            subnets.add(VpnPrefix.parse(subnet));
        }
        return subnets;
    }

    private static byte[] packet(Host from, Question question) throws Exception {
        int protocol = switch (question.protocol()) {
            case "tcp" -> 6;
            case "udp" -> 17;
            case "icmp" -> 1;
            default -> throw new IllegalStateException(question.protocol());
        };
        ByteBuffer packet = ByteBuffer.allocate(40)
                .put((byte) 0x45)
                .putShort(2, (short) 40)
                .put(9, (byte) protocol)
                .put(12, VpnAddress.parse(from.address()).toBytes())
                .put(16, VpnAddress.parse(question.address()).toBytes());
        if (protocol == 1) {
            return packet.put(20, (byte) 8).putShort(24, (short) 77).array();
        }
        return packet.putShort(20, (short) 40_000)
                .putShort(22, (short) question.port())
                .array();
    }
}

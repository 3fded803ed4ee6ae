package dev.pharos.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.control.policy.Firewall.Subject;
import dev.pharos.control.policy.PolicySet.Decision;
import dev.pharos.control.policy.PolicySet.Destination;
import dev.pharos.control.policy.PolicySet.Entry;
import dev.pharos.control.policy.PolicySet.Member;
import dev.pharos.control.policy.PolicyTest.Packet;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.bundle.ControlJson;
import dev.pharos.protocol.bundle.OwnPart.Rules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Random policies, what they compile to, and what a simulation says of random packets, as a file that a test of the agent
 * holds its own firewall against: neither room sees the other's classes.
 */
class PolicySamplesTests {
    private static final Path COMMITTED =
            Path.of("../agent/src/test/resources/dev/pharos/agent/node/policy-samples.jsonl.gz");
    private static final Path CURRENT = Path.of("target/policy-samples.jsonl.gz");
    private static final int SAMPLES = 1000;
    private static final int QUESTIONS = 12;
    private static final String[] GROUPS = {"a", "b", "c"};
    private static final String[] PROTOCOLS = {"tcp", "udp", "icmp", "any"};
    private static final String[] PORTS = {"any", "22", "20-30", "22,80", "80-90,443"};
    private static final int[] ASKED_PORTS = {19, 20, 22, 30, 31, 80, 85, 443, 65535};

    record Host(String address, List<String> groups, List<String> subnets, Rules rules) {}

    /** @param address of the host, or in a subnet behind it */
    record Question(int from, int to, String address, String protocol, int port, boolean outbound, boolean inbound) {}

    record Sample(List<Host> hosts, List<Question> questions) {}

    private final Random random = new Random(20261123);

    @Test
    void theSamplesThatTheAgentIsHeldAgainstAreWhatIsCompiled() throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int i = 0; i < SAMPLES; i++) {
            lines.writeBytes(ControlJson.write(sample()));
            lines.write('\n');
        }
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(CURRENT))) {
            out.write(lines.toByteArray());
        }

        assertThat(COMMITTED).exists();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(COMMITTED))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .equals(lines.toString(StandardCharsets.UTF_8)))
                    .as("rules are compiled otherwise: cp control-plane/" + CURRENT + " "
                            + COMMITTED.toString().substring(3))
                    .isTrue();
        }
    }

    private Sample sample() {
        List<Member> hosts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            hosts.add(new Member(
                    "host_" + i,
                    new Subject(
                            "h" + i,
                            List.of(VpnAddress.ofV4(0x0a2a0001 + random.nextInt(4) + 4 * i)),
                            groups(),
                            subnets(i)),
                    false));
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            entries.add(new Entry(
                    "pol_" + i,
                    new PolicyContent(
                            "p" + i,
                            selectors(),
                            selectors(),
                            allow(),
                            random.nextInt(6) > 0,
                            random.nextInt(4) == 0,
                            List.of())));
        }
        PolicySet set = new PolicySet(entries, hosts);
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            int from = random.nextInt(3);
            int to = (from + 1 + random.nextInt(2)) % 3;
            String protocol = PROTOCOLS[random.nextInt(3)];
            int port = protocol.equals("icmp") ? 0 : ASKED_PORTS[random.nextInt(ASKED_PORTS.length)];
            Destination destination = destination(hosts.get(to));
            Decision decision = set.decide(hosts.get(from), destination, Packet.of(protocol, port));
            questions.add(new Question(
                    from,
                    to,
                    destination.addresses().getFirst().toString(),
                    protocol,
                    port,
                    decision.outbound(),
                    decision.inbound()));
        }
        return new Sample(
                hosts.stream()
                        .map(host -> new Host(
                                host.subject().addresses().getFirst().toString(),
                                host.subject().groups(),
                                host.subject().subnets().stream()
                                        .map(VpnPrefix::toString)
                                        .toList(),
                                set.rulesFor(host.subject())))
                        .toList(),
                questions);
    }

    private List<VpnPrefix> subnets(int host) {
        return random.nextInt(3) == 0 ? List.of(new VpnPrefix(inSubnet(host, 0), 28)) : List.of();
    }

    private Destination destination(Member host) {
        boolean behind = !host.subject().subnets().isEmpty() && random.nextBoolean();
        return behind
                ? new Destination(
                        host,
                        List.of(VpnAddress.ofV4(
                                host.subject().subnets().getFirst().address().v4() + random.nextInt(16))))
                : Destination.of(host);
    }

    private static VpnAddress inSubnet(int host, int last) {
        return VpnAddress.ofV4(0xc0a80700 + 16 * host + last);
    }

    private List<String> groups() {
        List<String> groups = new ArrayList<>();
        for (String group : GROUPS) {
            if (random.nextBoolean()) {
                groups.add(group);
            }
        }
        return groups;
    }

    private List<String> selectors() {
        List<String> selectors = new ArrayList<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            selectors.add(
                    switch (random.nextInt(8)) {
                        case 0 -> "any";
                        case 1 -> "host:h" + random.nextInt(3);
                        case 2 -> "10.42.0." + random.nextInt(14);
                        case 3 -> "10.42.0." + 4 * random.nextInt(3) + "/" + (28 + random.nextInt(4));
                        case 4 -> inSubnet(random.nextInt(3), 4 * random.nextInt(4)) + "/" + (26 + random.nextInt(7));
                        default -> "group:" + GROUPS[random.nextInt(GROUPS.length)];
                    });
        }
        return selectors;
    }

    private List<Allow> allow() {
        List<Allow> allow = new ArrayList<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            allow.add(new Allow(
                    PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                    random.nextBoolean() ? PORTS[random.nextInt(PORTS.length)] : null));
        }
        return allow;
    }
}

package dev.pharos.agent.node;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.console.ConsoleNode;
import dev.pharos.agent.firewall.Direction;
import dev.pharos.agent.firewall.Rule;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.VpnPrefix;
import dev.pharos.protocol.cert.Certificate;
import dev.pharos.protocol.cert.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The running node as the console sees it. */
final class NodeConsole implements ConsoleNode {
    private final Supplier<Node> node;
    private final NodeDaemon.Management management;

    NodeConsole(Supplier<Node> node, NodeDaemon.Management management) {
        this.node = node;
        this.management = management;
    }

    @Override
    public <T> T ask(Question<T> question) {
        return node.get().ask((mesh, now) -> question.answer(mesh.console(), now));
    }

    @Override
    public List<Certificate> certificates() {
        return node.get().settings().identity().certificates();
    }

    @Override
    public Optional<Certificate> certificateOf(VpnAddress address) {
        return node.get().certificateOf(address).map(Verdict.Trusted::certificate);
    }

    @Override
    public Device device() {
        Node running = node.get();
        return new Device(
                running.deviceName().orElse("none"),
                running.settings().identity().networks().stream()
                        .map(VpnPrefix::toString)
                        .toList(),
                running.settings().device().map(device -> device.mtu()).orElse(0),
                running.port());
    }

    @Override
    public List<String> rules() {
        List<String> lines = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            List<Rule> rules = node.get().settings().rules().rules(direction);
            String list = direction.name().toLowerCase(Locale.ROOT);
            for (int i = 0; i < rules.size(); i++) {
                lines.add(list + "[" + i + "] " + RuleText.of(rules.get(i)));
            }
        }
        return lines;
    }

    @Override
    public void reload() throws AgentException {
        management.reload();
    }
}

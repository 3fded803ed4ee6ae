package dev.pharos.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.NebulaConfig;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.mesh.PeerMemory;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeListenTests {
    @TempDir
    private Path directory;

    @Test
    void theAddressToListenOnMayBeAName() throws Exception {
        try (Node node = start("localhost")) {
            assertThat(node.port()).isPositive();
        }
    }

    @Test
    void aNameWithoutAnAddressIsTold() {
        assertThatThrownBy(() -> start("no-such-host.invalid"))
                .isInstanceOf(AgentException.class)
                .hasMessage("cannot listen on no-such-host.invalid:0: the name has no address");
    }

    private Node start(String host) throws Exception {
        Path file = new TestFiles(directory)
                .write("one", "10.77.0.1/24", "listen: {host: " + host + "}\ntun: {disabled: true}\n");
        return Node.start(
                NebulaNode.settings(NebulaConfig.read(file)),
                PeerMemory.EMPTY,
                InstantSource.system(),
                new EventLog(
                        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                        InstantSource.system()),
                () -> {});
    }
}

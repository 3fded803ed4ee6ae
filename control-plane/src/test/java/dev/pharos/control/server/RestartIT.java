package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

class RestartIT {
    @Test
    void everythingIsThereAfterARestartAndNothingStartsWithoutTheRootKey() throws Exception {
        Path directory = Server.temporaryDirectory();
        Path rootKey = directory.resolve("root.key");
        String host;
        FakeAgent agent;
        try (Server first = Server.on(directory)) {
            agent = FakeAgent.joined(first.api(), "survivor");
            host = agent.id();
        }
        String rightKey = Files.readString(rootKey);

        Files.delete(rootKey);
        assertThatThrownBy(() -> Server.on(directory))
                .rootCause()
                .hasMessageContaining("is sealed with the root key")
                .hasMessageContaining("does not exist");
        assertThat(rootKey).doesNotExist();

        Files.writeString(rootKey, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        assertThatThrownBy(() -> Server.on(directory))
                .rootCause()
                .hasMessageContaining("is sealed with the root key")
                .hasMessageContaining("the key in that file is");

        Files.writeString(rootKey, rightKey);
        try (Server again = Server.on(directory)) {
            assertThat(again.api().get("hosts/" + host).at("name")).isEqualTo("survivor");
            assertThat(again.api().get("networks").body().path("items")).hasSize(1);
            FakeAgent next = FakeAgent.joined(again.api(), "newcomer");
            assertThat(next.bundle().trust().authorities())
                    .isEqualTo(agent.bundle().trust().authorities());
        }
        FileSystemUtils.deleteRecursively(directory);
    }
}

package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.control.server.Rest.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** An operator changes the key that wraps every secret. */
class RootKeyIT {
    private static final String FRESH = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String TOKEN = "{'name':'repeated'}";

    @Test
    void everySecretIsWrappedAnewAndTheOldKeyIsOfNoUseAfterwards() throws Exception {
        Path directory = Server.temporaryDirectory();
        Path old = directory.resolve("root.key");
        Path fresh = directory.resolve("new.key");
        Path other = directory.resolve("other.key");
        FakeAgent agent;
        Answer shown;
        try (Server server = Server.on(directory)) {
            agent = FakeAgent.joined(server.api(), "before");
            shown = server.api().post("enrollment-tokens", TOKEN, "Idempotency-Key", "once");
        }
        Files.writeString(other, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        String[] change = {"--pharos.root-key-file=" + fresh, "--pharos.root-key-old-file=" + old};

        assertThatThrownBy(() -> Server.on(directory, change))
                .rootCause()
                .hasMessageContaining("new.key: that file does not exist");
        assertThat(fresh).doesNotExist();
        Files.writeString(fresh, FRESH);
        assertThatThrownBy(() ->
                        Server.on(directory, "--pharos.root-key-file=" + fresh, "--pharos.root-key-old-file=" + other))
                .rootCause()
                .hasMessageContaining("other.key: the key in that file is");

        for (String[] settings : new String[][] {change, change, {"--pharos.root-key-file=" + fresh}}) {
            try (Server server = Server.on(directory, settings)) {
                Answer again = server.api().post("enrollment-tokens", TOKEN, "Idempotency-Key", "once");
                assertThat(again.at("token")).isEqualTo(shown.at("token"));
                assertThat(keyIds(server)).isEqualTo(1);
                FakeAgent newcomer = FakeAgent.joined(server.api(), "after-" + UUID.randomUUID());
                assertThat(newcomer.signedBy()).isEqualTo(agent.signedBy());
                server.api().delete("hosts/" + newcomer.id());
            }
        }
        assertThatThrownBy(() -> Server.on(directory))
                .rootCause()
                .hasMessageContaining("is sealed with the root key")
                .hasMessageContaining("root.key: the key in that file is");
        FileSystemUtils.deleteRecursively(directory);
    }

    private static int keyIds(Server server) {
        return server.bean(JdbcClient.class)
                .sql("select count(distinct id) from (select key_id as id from secret union select id from root_key) k")
                .query(Integer.class)
                .single();
    }
}

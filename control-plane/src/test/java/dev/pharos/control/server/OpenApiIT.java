package dev.pharos.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The dashboard's client is generated from the committed document, so the document must be the server's own. */
class OpenApiIT {
    private static final Path COMMITTED = Path.of("../web-ui/openapi.json");
    private static final Path CURRENT = Path.of("target/openapi.json");

    @Test
    void theCommittedDocumentIsWhatTheServerSays() throws IOException {
        String current = Server.shared().api().get("openapi.json").text().strip() + "\n";
        Files.writeString(CURRENT, current, StandardCharsets.UTF_8);

        assertThat(Files.readString(COMMITTED))
                .as("the REST API has changed: cp control-plane/target/openapi.json web-ui/openapi.json")
                .isEqualTo(current);
    }
}

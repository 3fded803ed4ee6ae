package dev.pharos.lab.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTests {
    @TempDir
    private Path directory;

    @Test
    void theApiTokenIsTheSameTheNextTimeAndReadableByItsOwnerAlone() throws Exception {
        String token = new Home(directory.resolve("pharos")).apiToken();

        assertThat(new Home(directory.resolve("pharos")).apiToken()).isEqualTo(token);
        assertThat(token).hasSizeGreaterThan(60);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("pharos/api-token"))))
                .isEqualTo("rw-------");
    }
}

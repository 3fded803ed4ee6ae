package dev.pharos.control.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinariesTests {
    /** Where an ELF file names its machine. */
    private static final int E_MACHINE = 18;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"amd64, 62", "aarch64, 183"})
    void eachArchitectureGetsProgramsForItself(String architecture, short machine) throws IOException {
        Path programs = Binaries.unpack(directory.resolve("postgres"), architecture);

        try (InputStream postgres = Files.newInputStream(programs.resolve("bin/postgres"))) {
            ByteBuffer header = ByteBuffer.wrap(postgres.readNBytes(20)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(header.getShort(E_MACHINE)).isEqualTo(machine);
        }
    }

    @Test
    void anArchitectureWithoutProgramsIsNamed() {
        assertThatThrownBy(() -> Binaries.unpack(directory.resolve("postgres"), "riscv64"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no PostgreSQL for riscv64")
                .hasMessageContaining("PHAROS_DATABASE_URL");
    }
}

package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The enrolment token; from a file or the environment it does not show in the list of processes. */
final class TokenOptions {
    private static final String VARIABLE = "PHAROS_TOKEN";

    @Option(names = "--token", paramLabel = "TOKEN", description = "The enrolment token.")
    private Optional<String> token = Optional.empty();

    @Option(names = "--token-file", paramLabel = "FILE", description = "A file that holds it.")
    private Optional<Path> file = Optional.empty();

    Optional<String> token() throws AgentException {
        if (token.isPresent()) {
            return token;
        }
        if (file.isPresent()) {
            return Optional.of(read(file.get()));
        }
        return Optional.ofNullable(System.getenv(VARIABLE)).filter(text -> !text.isBlank());
    }

    private static String read(Path file) throws AgentException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw new AgentException(file + ": no such file");
        } catch (IOException e) {
            throw new AgentException("cannot read the token file " + file + ": " + e.getMessage(), e);
        }
    }
}

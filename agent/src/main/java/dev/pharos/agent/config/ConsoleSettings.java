package dev.pharos.agent.config;

import java.nio.file.Path;

/**
 * The debug console: {@code sshd.*}. Only the sandbox matters to a console that is a local socket; who may use it is
 * decided by the permissions of that socket.
 *
 * @param sandbox the directory beneath which profiles are written
 */
public record ConsoleSettings(Path sandbox) {
    static final ConsoleSettings DEFAULT =
            new ConsoleSettings(Path.of(System.getProperty("java.io.tmpdir"), "nebula-debug"));

    static ConsoleSettings read(Section sshd) throws ConfigException {
        return new ConsoleSettings(sshd.file("sandbox_dir", sshd.text("sandbox_dir", DEFAULT.sandbox.toString())));
    }
}

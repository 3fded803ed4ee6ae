package dev.pharos.agent.cert;

import java.io.Console;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The environment of this process, and its terminal. */
@SuppressWarnings("SystemConsoleNull") // it is null where there is no terminal and the runtime has no jdk.internal.le
public final class TerminalPassphrases implements Passphrases {
    private static final String VARIABLE = "NEBULA_CA_PASSPHRASE";

    private final @Nullable Console console = System.console();

    @Override
    public Optional<byte[]> environment() {
        String value = System.getenv(VARIABLE);
        return value == null || value.isEmpty()
                ? Optional.empty()
                : Optional.of(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean canAsk() {
        return console != null && console.isTerminal();
    }

    @Override
    public byte[] ask() {
        char[] entered = console == null ? null : console.readPassword("Enter passphrase: ");
        if (entered == null) {
            return new byte[0];
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(entered));
        Arrays.fill(entered, ' ');
        byte[] passphrase = new byte[bytes.remaining()];
        bytes.get(passphrase).clear().put(new byte[bytes.capacity()]);
        return passphrase;
    }
}

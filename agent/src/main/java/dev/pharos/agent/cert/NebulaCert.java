package dev.pharos.agent.cert;

import dev.pharos.agent.AgentVersion;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code nebula-cert} 1.11 as a library: one command line in, an exit code out, which is 0 or 1 and nothing else. */
public final class NebulaCert {
    private final Map<String, Mode> modes = new LinkedHashMap<>();
    private final Streams streams;

    /** @param directory that relative paths start from */
    public NebulaCert(InputStream in, OutputStream out, PrintStream err, Path directory, Passphrases passphrases) {
        this.streams = new Streams(in, out, err, directory);
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        modes.put("ca", new CaMode(passphrases, random, clock));
        modes.put("keygen", new KeygenMode(random));
        modes.put("sign", new SignMode(passphrases, random, clock));
        modes.put("print", new PrintMode());
        modes.put("verify", new VerifyMode(clock));
    }

    /** Runs one command line. */
    public int run(List<String> arguments) {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        Mode mode = modes.get(first);
        if (mode != null) {
            return mode.run(arguments.subList(1, arguments.size()), streams);
        }
        return switch (first) {
            case "-version", "--version" -> {
                streams.err().flush();
                print("Version: " + AgentVersion.current() + " (pharos-agent)");
                yield 0;
            }
            case "-h", "--h", "-help", "--help" -> help(arguments);
            case "" -> {
                streams.err().println("Error: No mode was provided\n");
                usage();
                yield 1;
            }
            case String other -> {
                streams.err().println("Error: unknown mode: " + other);
                yield 1;
            }
        };
    }

    private int help(List<String> arguments) {
        Mode mode = arguments.size() > 1 ? modes.get(arguments.get(1)) : null;
        if (mode == null) {
            usage();
        } else {
            mode.help(streams);
        }
        return 0;
    }

    private void usage() {
        PrintStream err = streams.err();
        err.println(
                "Usage of pharos-agent cert <global flags> <mode>: what nebula-cert does, with its options and files");
        err.println("  Global flags:\n    -version: prints the version\n    -h, -help: prints this");
        err.println("  Modes:");
        modes.values().forEach(mode -> err.println("    " + mode.summary()));
        err.println("  The options of a mode: pharos-agent cert <mode> -h");
        err.flush();
    }

    private void print(String line) {
        PrintStream out = new PrintStream(streams.out(), true, java.nio.charset.StandardCharsets.UTF_8);
        out.println(line);
    }
}

package dev.pharos.lab.bench;

import dev.pharos.lab.net.Namespace;
import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Daemon;
import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The small C program that does only what every such tunnel has to, with or without a cipher: {@code lab/bench/bound.c}. */
final class Bound implements Contender {
    private static final String DEVICE = "bound0";
    private static final int PORT = 4242;
    private static final Duration COMPILE = Duration.ofMinutes(1);

    /** Whether packets are sealed by libipsec-mb, which takes a processor with AVX-512 and VAES. */
    enum Cipher {
        NONE,
        AES_256_GCM
    }

    private final Path program;
    private final Cipher cipher;

    /** Compiles the program. */
    Bound(Artefacts artefacts, Cipher cipher) {
        this.cipher = cipher;
        this.program = artefacts.root().resolve("lab/target/bound");
        Shell.Result compiled = Shell.attempt(
                COMPILE,
                List.of(
                        "gcc",
                        "-O3",
                        "-march=native",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-o",
                        program.toString(),
                        artefacts.root().resolve("lab/bench/bound.c").toString()));
        if (!compiled.succeeded()) {
            throw new LabException("the bound does not compile here:\n" + compiled.text());
        }
    }

    /** Whether this machine can run it with a cipher. */
    static boolean canSeal() {
        try {
            String processor = Files.readString(Path.of("/proc/cpuinfo"));
            return processor.contains(" vaes")
                    && processor.contains(" avx512vl")
                    && Shell.run("/sbin/ldconfig", "-p").contains("libIPSec_MB.so.1 ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return cipher == Cipher.NONE ? LineUp.BOUND : LineUp.SEALING_BOUND;
    }

    @Override
    public Set<Row> rows() {
        return EnumSet.complementOf(EnumSet.of(Row.FIRST_REPLY));
    }

    @Override
    public Tunnel open(Run run) {
        Cable cable = Cable.lay(run);
        Daemon server = start(cable.server(), Cable.INNER_SERVER, Cable.CLIENT);
        Daemon client = start(cable.client(), Cable.INNER_CLIENT, Cable.SERVER);
        Cable.awaitReply(cable.client(), Cable.INNER_SERVER);
        return new Tunnel(
                cable.client(), cable.server(), Cable.INNER_SERVER, List.of(client, server), Optional.empty());
    }

    private Daemon start(Namespace at, String inner, String peer) {
        at.ip(
                "tuntap add dev " + DEVICE + " mode tun vnet_hdr",
                "addr add " + inner + "/24 dev " + DEVICE,
                "link set " + DEVICE + " up mtu 1300 txqueuelen 1000");
        List<String> command = new ArrayList<>(List.of(program.toString(), DEVICE, peer, Integer.toString(PORT)));
        if (cipher == Cipher.AES_256_GCM) {
            command.add("seal");
        }
        return at.start(at.name() + "-bound", command, Map.of());
    }
}

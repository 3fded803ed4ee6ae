package dev.pharos.agent.cli;

import dev.pharos.agent.cert.NebulaCert;
import dev.pharos.agent.cert.TerminalPassphrases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Its options are read in the way of nebula-cert, not of this program, and its exit codes are nebula-cert's: 0 and 1. */
@Command(name = "cert", description = "Makes, signs, prints and verifies certificates, as nebula-cert does.")
final class CertCommand implements Callable<Integer> {
    static final String NAME = "cert";

    @Parameters(paramLabel = "MODE", description = "ca, keygen, sign, print or verify, and its options; -h tells them.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return new NebulaCert(System.in, System.out, System.err, Path.of(""), new TerminalPassphrases()).run(arguments);
    }
}

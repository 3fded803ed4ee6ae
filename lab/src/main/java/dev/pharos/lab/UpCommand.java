package dev.pharos.lab;

import dev.pharos.lab.pharos.Artefacts;
import dev.pharos.lab.run.Run;
import dev.pharos.lab.up.Home;
import dev.pharos.lab.up.ThisMachine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The control plane for real use on this machine, which becomes the first host as well. */
@Command(name = "up")
final class UpCommand implements Callable<Integer> {
    @Option(names = "--no-host", description = "runs the control plane alone")
    private boolean controlPlaneOnly;

    @Option(names = "--data-dir", description = "what the control plane keeps")
    private Path dataDirectory = Home.ofThisUser();

    @Option(names = "--state-dir", description = "what this machine's agent keeps")
    private Path stateDirectory = Path.of("/var/lib/pharos-agent");

    @Override
    public Integer call() throws Exception {
        PrintStream out = System.out;
        Run run = Run.begin();
        Runtime.getRuntime().addShutdownHook(new Thread(run::close, "clean-up"));
        try (run;
                ThisMachine machine = ThisMachine.start(run, Artefacts.here(), new Home(dataDirectory), out)) {
            if (!controlPlaneOnly) {
                machine.join(stateDirectory);
            }
            machine.invite();
            new CountDownLatch(1).await();
            return 0;
        }
    }
}

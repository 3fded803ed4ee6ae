package dev.pharos.agent.cli;

import dev.pharos.agent.ExitCode;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.node.EnrolledRehearsal;
import dev.pharos.agent.node.Rehearsal;
import dev.pharos.protocol.bundle.Pin;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rehearse", hidden = true, description = "Lives a short life for an AOT cache of the distribution.")
final class RehearseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "An empty directory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private Path directory;

    @Option(names = "--control-plane", paramLabel = "URL", description = "For enrolled hosts: whom they ask.")
    private Optional<URI> controlPlane = Optional.empty();

    @Option(names = "--pin", paramLabel = "PIN", description = "Of the control plane's key.")
    private Optional<String> pin = Optional.empty();

    @Override
    public Integer call() throws Exception {
        EventLog log = new EventLog(System.err, InstantSource.system());
        if (controlPlane.isPresent() && pin.isPresent()) {
            EnrolledRehearsal.run(directory, controlPlane.get(), Pin.parse(pin.get()), log);
        } else {
            Rehearsal.run(directory, log);
        }
        return ExitCode.FINE.number();
    }
}

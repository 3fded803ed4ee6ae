package dev.pharos.agent.cli;

import dev.pharos.agent.ExitCode;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.node.Rehearsal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "rehearse", hidden = true, description = "Lives a short life for the AOT cache of the distribution.")
final class RehearseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "An empty directory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private Path directory;

    @Override
    public Integer call() throws Exception {
        Rehearsal.run(directory, new EventLog(System.err, InstantSource.system()));
        return ExitCode.FINE.number();
    }
}

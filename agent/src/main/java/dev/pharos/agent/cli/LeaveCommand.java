package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.control.ControlLink;
import dev.pharos.agent.control.StateDirectory;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.Level;
import dev.pharos.agent.status.LocalClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "leave",
        mixinStandardHelpOptions = true,
        description = "Takes this host out of the mesh for good and wipes its keys; a running agent ends.")
final class LeaveCommand implements Callable<Integer> {
    @Mixin
    private final StateDirOption state = new StateDirOption();

    @Option(names = "--force", description = "Wipe the keys even if the control plane cannot be told.")
    private boolean force;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public Integer call() throws AgentException {
        Optional<LocalClient> running = LocalClient.connect(state.directory);
        if (running.isPresent() && !force) {
            try (LocalClient client = running.get()) {
                client.leave();
            }
        } else {
            running.ifPresent(LocalClient::close);
            leaveFromDisk(running.isPresent());
        }
        spec.commandLine().getOut().println("this host has left the mesh");
        return ExitCode.FINE.number();
    }

    private void leaveFromDisk(boolean isRunning) throws AgentException {
        if (isRunning) {
            throw new AgentException("an agent runs on " + state.directory + "; stop it before leaving with --force");
        }
        EventLog log = new EventLog(System.err, InstantSource.system()).least(Level.WARNING);
        try (StateDirectory directory = StateDirectory.openExisting(state.directory)) {
            directory.lock();
            try (ControlLink link = ControlLink.open(directory, log, InstantSource.system(), new SecureRandom())) {
                if (force) {
                    link.wipe();
                } else {
                    link.leave();
                }
            }
        }
    }
}

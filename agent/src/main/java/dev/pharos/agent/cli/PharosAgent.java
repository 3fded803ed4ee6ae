package dev.pharos.agent.cli;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.ExitCode;
import dev.pharos.agent.log.EventLog;
import dev.pharos.agent.log.Format;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code pharos-agent}. */
@Command(
        name = "pharos-agent",
        description = "Joins this host to a mesh of hosts that speak the Nebula protocol.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class PharosAgent implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            UpCommand.class,
            StatusCommand.class,
            PingCommand.class,
            NetcheckCommand.class,
            ExplainCommand.class,
            DebugCommand.class,
            LeaveCommand.class,
            CertCommand.class,
            RehearseCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            scope = ScopeType.INHERIT,
            converter = LogFormat.class,
            description = "How run and up write events to stderr (default: text).")
    private Optional<Format> logFormat = Optional.empty();

    private PharosAgent() {}

    /** What was asked for, before or after the command's name. */
    Optional<Format> logFormat() {
        return logFormat;
    }

    EventLog log() {
        return new EventLog(System.err, InstantSource.system()).format(logFormat.orElse(Format.TEXT));
    }

    public static void main(String[] args) {
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                args));
    }

    /** Runs one command line and says what the process is to end with. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine program = new CommandLine(new PharosAgent());
        commands(args).forEach(program::addSubcommand);
        takesAll(program, CertCommand.NAME);
        takesAll(program, DebugCommand.NAME);
        return program.setOut(out)
                .setErr(err)
                .setExitCodeExceptionMapper(PharosAgent::exitCode)
                .setParameterExceptionHandler(PharosAgent::wrongUsage)
                .setExecutionExceptionHandler(PharosAgent::failed)
                .execute(args);
    }

    /** The one that comes first, or all: to read what they all take lasts longer than to start a node. */
    private static List<Class<?>> commands(String[] args) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(each -> args.length > 0
                        && each.getAnnotation(Command.class).name().equals(args[0]))
                .toList();
        return named.isEmpty() ? COMMANDS : named;
    }

    /** What follows that command is written as nebula's tools have it, and is for it alone to read. */
    private static void takesAll(CommandLine program, String command) {
        Optional.ofNullable(program.getSubcommands().get(command))
                .ifPresent(it -> it.setStopAtPositional(true).setUnmatchedOptionsArePositionalParams(true));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int exitCode(Throwable failure) {
        return failure instanceof AgentException known ? known.exitCode().number() : ExitCode.FAILED.number();
    }

    private static int wrongUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("pharos-agent: " + failure.getMessage());
        command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_USAGE.number();
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof AgentException known) {
            command.getErr().println("pharos-agent: " + known.getMessage());
            return known.exitCode().number();
        }
        throw failure;
    }
}

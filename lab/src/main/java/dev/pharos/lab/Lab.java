package dev.pharos.lab;

import dev.pharos.lab.run.LabException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./pharos} runs once everything is built. */
@Command(
        name = "lab",
        subcommands = {BenchCommand.class, DemoCommand.class, PausesCommand.class, UpCommand.class})
public final class Lab {
    private Lab() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Lab())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Lab::failed)
                .execute(arguments));
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof LabException known) {
            command.getErr().println("pharos: " + known.getMessage());
            return 1;
        }
        throw failure;
    }
}

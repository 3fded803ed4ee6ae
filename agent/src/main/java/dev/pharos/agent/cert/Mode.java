package dev.pharos.agent.cert;

import java.util.List;

/** One of the five things that {@code nebula-cert} does. */
interface Mode {
    /** What follows the program's name, and what it does. */
    String summary();

    Options options();

    /** @param options as the command line has them */
    void run(Options options, Streams streams) throws CertException;

    /** Runs with what stands behind the mode's name; prints the options instead where they are asked for. */
    default int run(List<String> arguments, Streams streams) {
        Options options = options();
        try {
            if (options.parse(arguments)) {
                help(streams);
                return 0;
            }
            run(options, streams);
            return 0;
        } catch (CertException.Usage e) {
            streams.err().println("Error: " + e.getMessage());
            help(streams);
            return 1;
        } catch (CertException e) {
            streams.err().println("Error: " + e.getMessage());
            return 1;
        }
    }

    default void help(Streams streams) {
        streams.err().println("Usage of pharos-agent cert " + summary());
        streams.err().println("  A path of \"-\" is standard input or standard output.");
        streams.err().print(options().describe());
        streams.err().flush();
    }
}

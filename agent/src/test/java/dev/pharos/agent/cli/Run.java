package dev.pharos.agent.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One command line, run inside this process, and what came of it. */
record Run(int exitCode, String out, String err) {
    static Run of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = PharosAgent.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Run(exitCode, out.toString(), err.toString());
    }
}

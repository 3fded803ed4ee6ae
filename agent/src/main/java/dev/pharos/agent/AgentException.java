package dev.pharos.agent;

/**
 * Something the person at the keyboard can put right. The message is one line that says what is wrong, where, and what
 * to do; it is printed without a stack trace and never holds a secret.
 */
public class AgentException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public AgentException(String message) {
        this(ExitCode.FAILED, message);
    }

    public AgentException(String message, Throwable cause) {
        super(message, cause);
        this.exitCode = ExitCode.FAILED;
    }

    public AgentException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What the process ends with when nothing catches this. */
    public ExitCode exitCode() {
        return exitCode;
    }
}

package dev.pharos.agent;

/** What the process ends with; scripts rely on the numbers. */
public enum ExitCode {
    FINE(0),
    FAILED(1),
    WRONG_USAGE(2),
    NOT_ENROLLED(3),
    /** The control plane said no while this host was enrolling. */
    REFUSED(4);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}

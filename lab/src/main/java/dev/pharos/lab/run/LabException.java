package dev.pharos.lab.run;

/** Something the lab asked of the machine was refused or took too long; the message says what and shows the output. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.pharos.agent.cert;

/** Ends the command with exit code 1, which is nebula-cert's for everything that goes wrong. */
sealed class CertException extends Exception {
    private static final long serialVersionUID = 1L;

    CertException(String message) {
        super(message);
    }

    CertException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The command line does not say what is needed, so the options of the mode are printed too. */
    static final class Usage extends CertException {
        private static final long serialVersionUID = 1L;

        Usage(String message) {
            super(message);
        }
    }
}

package dev.pharos.agent.cert;

import java.util.Optional;

/** Where the passphrase of a CA key comes from. */
public interface Passphrases {
    /** How often a person who just presses return is asked again. */
    int ATTEMPTS = 5;

    /** What {@code NEBULA_CA_PASSPHRASE} holds; empty when it is unset or holds nothing. */
    Optional<byte[]> environment();

    /** Whether there is a terminal to ask on. */
    boolean canAsk();

    /** Asks once, without echo; empty bytes when nothing was entered. */
    byte[] ask();

    /**
     * From the environment, or else from the person.
     *
     * @param noTerminal the message when there is nobody to ask
     * @param nothing the message when nothing was entered
     */
    default byte[] obtain(String noTerminal, String nothing) throws CertException {
        Optional<byte[]> given = environment();
        if (given.isPresent()) {
            return given.get();
        }
        if (!canAsk()) {
            throw new CertException(noTerminal);
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] entered = ask();
            if (entered.length > 0) {
                return entered;
            }
        }
        throw new CertException(nothing);
    }
}

package dev.pharos.agent.linux;

/** What a signal does as long as nobody has taken it. */
public final class SignalDefaults {
    private SignalDefaults() {}

    /**
     * Undoes that whoever started the process had it ignore the signal, as {@code nohup} does with SIGHUP: the runtime takes
     * no signal that is ignored.
     *
     * @param number of the signal, as signal(7) has it
     */
    public static void restore(int number) {
        Libc.signalDefault(number);
    }
}

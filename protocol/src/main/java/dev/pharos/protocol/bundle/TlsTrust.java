package dev.pharos.protocol.bundle;

import java.util.List;

/** By what an agent knows the control plane's TLS key. In JSON a list of pins, or the word {@code webpki}. */
public sealed interface TlsTrust {
    TlsTrust WEB_PKI = new WebPki();

    /** One of these keys, whatever names and dates the certificate has. */
    record Pins(List<Pin> accepted) implements TlsTrust {
        public Pins {
            accepted = List.copyOf(accepted);
            if (accepted.isEmpty()) {
                throw new IllegalArgumentException("TLS pins: at least one is needed");
            }
        }
    }

    /** A certificate that the machine's public authorities vouch for, with the right name and dates. */
    record WebPki() implements TlsTrust {}
}

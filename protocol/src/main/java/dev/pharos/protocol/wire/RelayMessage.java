package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;

/**
 * The plaintext of a control packet: how a relay is set up hop by hop (facts, nebula-protocol 11). {@code to} and
 * {@code from} name the two ends and mean the same on both hops and in the response; the indexes belong to one hop.
 */
public sealed interface RelayMessage {

    /** Asks the receiver to relay to {@code to}, or to accept what is relayed from {@code from}. */
    record CreateRelayRequest(RelayIndex initiatorIndex, VpnAddress to, VpnAddress from) implements RelayMessage {}

    /** Answers a request; each index was allocated by the sender of its message. */
    record CreateRelayResponse(RelayIndex initiatorIndex, RelayIndex responderIndex, VpnAddress to, VpnAddress from)
            implements RelayMessage {}

    /** A message of a kind that no released Nebula sends; to be ignored. */
    record Unknown(int kind) implements RelayMessage {}

    /** A message and the form it came in, in which a request is answered. */
    record Received(RelayMessage message, AddressForm form) {}

    /**
     * The bytes to encrypt.
     *
     * @throws IllegalArgumentException when the v1 form is asked to carry an IPv6 address
     */
    default byte[] encode(AddressForm form) {
        return RelayCodec.encode(this, form);
    }

    /**
     * Reads a decrypted control packet.
     *
     * @throws MalformedException also when an index or an address is missing
     */
    static Received parse(byte[] buffer, int offset, int length) throws MalformedException {
        return RelayCodec.decode(buffer, offset, length);
    }
}

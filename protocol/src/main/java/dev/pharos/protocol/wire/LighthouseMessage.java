package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import java.util.List;
import java.util.Optional;

/** The plaintext of a lighthouse packet (facts, nebula-protocol 9). */
public sealed interface LighthouseMessage {

    /** Host to lighthouse: where is {@code wanted}? Unknown hosts get no answer. */
    record HostQuery(VpnAddress wanted) implements LighthouseMessage {}

    /** Lighthouse to host: where {@code host} can be reached; on the wire all IPv4 endpoints come first. */
    record HostQueryReply(VpnAddress host, List<UnderlayEndpoint> endpoints, List<VpnAddress> relays)
            implements LighthouseMessage {
        public HostQueryReply {
            endpoints = List.copyOf(endpoints);
            relays = List.copyOf(relays);
        }
    }

    /**
     * Host to lighthouse: where I can be reached.
     *
     * @param host the sender's own address, which only the v1 form carries
     */
    record HostUpdate(Optional<VpnAddress> host, List<UnderlayEndpoint> endpoints, List<VpnAddress> relays)
            implements LighthouseMessage {
        public HostUpdate {
            endpoints = List.copyOf(endpoints);
            relays = List.copyOf(relays);
        }
    }

    /** Lighthouse to host: {@code requester} wants to reach you from these endpoints, so punch towards them. */
    record HostPunch(VpnAddress requester, List<UnderlayEndpoint> endpoints) implements LighthouseMessage {
        public HostPunch {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * Lighthouse to host: your update has arrived.
     *
     * @param host the address of the host that sent the update, which only the v1 form carries
     */
    record UpdateAck(Optional<VpnAddress> host) implements LighthouseMessage {}

    /** A message of a kind that no released Nebula acts upon; to be ignored. */
    record Unknown(int kind) implements LighthouseMessage {}

    /** A message and the form it came in, in which a query is answered. */
    record Received(LighthouseMessage message, AddressForm form) {}

    /**
     * The bytes to encrypt. Relays with an IPv6 address are left out of the v1 form, as stock nodes do.
     *
     * @throws IllegalArgumentException when the v1 form lacks the host's IPv4 address
     */
    default byte[] encode(AddressForm form) {
        return LighthouseEncoder.encode(this, form);
    }

    /**
     * Reads a decrypted lighthouse packet.
     *
     * @throws MalformedException also when the address that the message is about is missing, or a port is none
     */
    static Received parse(byte[] buffer, int offset, int length) throws MalformedException {
        return LighthouseDecoder.decode(buffer, offset, length);
    }
}

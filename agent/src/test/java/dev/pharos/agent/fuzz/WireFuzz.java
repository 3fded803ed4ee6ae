package dev.pharos.agent.fuzz;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.wire.AddressForm;
import dev.pharos.protocol.wire.Header;
import dev.pharos.protocol.wire.LighthouseMessage;
import dev.pharos.protocol.wire.LighthouseMessage.HostPunch;
import dev.pharos.protocol.wire.LighthouseMessage.HostQuery;
import dev.pharos.protocol.wire.LighthouseMessage.HostQueryReply;
import dev.pharos.protocol.wire.LighthouseMessage.HostUpdate;
import dev.pharos.protocol.wire.LighthouseMessage.UpdateAck;
import dev.pharos.protocol.wire.PacketType;
import dev.pharos.protocol.wire.RelayIndex;
import dev.pharos.protocol.wire.RelayMessage;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayRequest;
import dev.pharos.protocol.wire.RelayMessage.CreateRelayResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Headers, lighthouse messages and relay messages: what is read is what was written. */
public final class WireFuzz {
    private static final VpnAddress V4 = VpnAddress.ofV4(0x0a2a0007);
    private static final VpnAddress V6 = new VpnAddress(0xfd42L << 48, 7);

    private WireFuzz() {}

    private interface Parser {
        void parse(byte[] input) throws MalformedException;
    }

    private record Target(Parser parser, List<byte[]> seeds) implements FuzzTarget {
        @Override
        public void run(byte[] input) throws Refused {
            try {
                parser.parse(input);
            } catch (MalformedException e) {
                throw new Refused(e);
            }
        }
    }

    static FuzzTarget header() {
        return new Target(WireFuzz::parseHeader, List.of(new Header(PacketType.DATA, 7, 9).toBytes()));
    }

    private static void parseHeader(byte[] input) throws MalformedException {
        Header header = Header.parse(input, 0, input.length);
        byte[] again = header.toBytes();
        FuzzTarget.require(Header.parse(again, 0, again.length).equals(header), "another header");
    }

    static FuzzTarget lighthouse() {
        return new Target(WireFuzz::parseLighthouse, lighthouseMessages());
    }

    private static void parseLighthouse(byte[] input) throws MalformedException {
        LighthouseMessage.Received received = LighthouseMessage.parse(input, 0, input.length);
        if (received.message() instanceof LighthouseMessage.Unknown) {
            return;
        }
        byte[] again = received.message().encode(AddressForm.V2);
        LighthouseMessage reread =
                LighthouseMessage.parse(again, 0, again.length).message();
        FuzzTarget.require(reread.getClass() == received.message().getClass(), "another message");
    }

    /** One of each kind. */
    public static List<byte[]> lighthouseMessages() {
        List<UnderlayEndpoint> endpoints =
                List.of(UnderlayEndpoint.ofV4(0xc6336402, 4242), new UnderlayEndpoint(0x20010db8L << 32, 2, 4242));
        List<byte[]> messages = new ArrayList<>();
        for (AddressForm form : AddressForm.values()) {
            messages.add(new HostQuery(V4).encode(form));
            messages.add(new HostQueryReply(V4, endpoints, List.of(V4)).encode(form));
            messages.add(new HostUpdate(Optional.of(V4), endpoints, List.of(V4)).encode(form));
            messages.add(new HostPunch(V4, endpoints).encode(form));
            messages.add(new UpdateAck(Optional.of(V4)).encode(form));
        }
        messages.add(new HostQueryReply(V6, endpoints, List.of(V4, V6)).encode(AddressForm.V2));
        return messages;
    }

    static FuzzTarget relay() {
        return new Target(WireFuzz::parseRelay, relayMessages());
    }

    private static void parseRelay(byte[] input) throws MalformedException {
        RelayMessage.Received received = RelayMessage.parse(input, 0, input.length);
        if (received.message() instanceof RelayMessage.Unknown) {
            return;
        }
        byte[] again = received.message().encode(received.form());
        FuzzTarget.require(RelayMessage.parse(again, 0, again.length).equals(received), "another message");
    }

    /** One of each kind. */
    public static List<byte[]> relayMessages() {
        var request = new CreateRelayRequest(new RelayIndex(7), V4, VpnAddress.ofV4(0x0a2a0001));
        var response = new CreateRelayResponse(new RelayIndex(7), new RelayIndex(9), V4, VpnAddress.ofV4(0x0a2a0001));
        return List.of(
                request.encode(AddressForm.V1),
                request.encode(AddressForm.V2),
                response.encode(AddressForm.V1),
                response.encode(AddressForm.V2),
                new CreateRelayRequest(new RelayIndex(7), V6, V4).encode(AddressForm.V2));
    }
}

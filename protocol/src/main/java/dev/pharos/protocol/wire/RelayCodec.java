package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.protobuf.ProtobufReader;
import dev.pharos.protocol.protobuf.ProtobufWriter;

/**
 * Relay messages as bytes: kind 1, initiator index 2, responder index 3, ends 4 and 5 in the v1 form, 6 and 7 in the v2
 * form. A message with anything in 4 or 5 is v1, whatever else it holds.
 */
final class RelayCodec {
    private static final int REQUEST = 1;
    private static final int RESPONSE = 2;
    private static final VpnAddress NONE = new VpnAddress(0, 0);

    private RelayCodec() {}

    static byte[] encode(RelayMessage message, AddressForm form) {
        return switch (message) {
            case RelayMessage.CreateRelayRequest request ->
                ends(
                        new ProtobufWriter()
                                .uint32(1, REQUEST)
                                .uint32(2, request.initiatorIndex().value()),
                        form,
                        request.to(),
                        request.from());
            case RelayMessage.CreateRelayResponse response ->
                ends(
                        new ProtobufWriter()
                                .uint32(1, RESPONSE)
                                .uint32(2, response.initiatorIndex().value())
                                .uint32(3, response.responderIndex().value()),
                        form,
                        response.to(),
                        response.from());
            case RelayMessage.Unknown unknown ->
                new ProtobufWriter().uint32(1, unknown.kind()).toBytes();
        };
    }

    private static byte[] ends(ProtobufWriter writer, AddressForm form, VpnAddress to, VpnAddress from) {
        switch (form) {
            case V1 -> writer.uint32(4, OverlayAddresses.integer(to)).uint32(5, OverlayAddresses.integer(from));
            case V2 -> writer.message(6, OverlayAddresses.pair(to)).message(7, OverlayAddresses.pair(from));
        }
        return writer.toBytes();
    }

    static RelayMessage.Received decode(byte[] buffer, int offset, int length) throws MalformedException {
        var reader = new ProtobufReader(buffer, offset, length);
        int kind = 0;
        int initiator = 0;
        int responder = 0;
        int oldTo = 0;
        int oldFrom = 0;
        VpnAddress to = NONE;
        VpnAddress from = NONE;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> kind = reader.uint32();
                case 2 -> initiator = reader.uint32();
                case 3 -> responder = reader.uint32();
                case 4 -> oldTo = reader.uint32();
                case 5 -> oldFrom = reader.uint32();
                case 6 -> to = OverlayAddresses.readPair(reader.message());
                case 7 -> from = OverlayAddresses.readPair(reader.message());
                default -> {}
            }
        }
        if (oldTo != 0 || oldFrom != 0) {
            RelayMessage message =
                    message(kind, initiator, responder, VpnAddress.ofV4(oldTo), VpnAddress.ofV4(oldFrom));
            return new RelayMessage.Received(message, AddressForm.V1);
        }
        return new RelayMessage.Received(message(kind, initiator, responder, to, from), AddressForm.V2);
    }

    private static RelayMessage message(int kind, int initiator, int responder, VpnAddress to, VpnAddress from)
            throws MalformedException {
        return switch (kind) {
            case REQUEST -> new RelayMessage.CreateRelayRequest(index(initiator), end(to), end(from));
            case RESPONSE ->
                new RelayMessage.CreateRelayResponse(index(initiator), index(responder), end(to), end(from));
            default -> new RelayMessage.Unknown(kind);
        };
    }

    private static RelayIndex index(int value) throws MalformedException {
        if (value == 0) {
            throw new MalformedException("relay message: an index is 0");
        }
        return new RelayIndex(value);
    }

    private static VpnAddress end(VpnAddress address) throws MalformedException {
        if (address.equals(NONE) || address.equals(VpnAddress.ofV4(0))) {
            throw new MalformedException("relay message: the address of an end is missing");
        }
        return address;
    }
}

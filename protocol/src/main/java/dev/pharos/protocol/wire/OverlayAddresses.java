package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.protobuf.ProtobufReader;
import dev.pharos.protocol.protobuf.ProtobufWriter;

/** Overlay addresses inside messages: the {@code {1: high, 2: low}} of the v2 form, the integer of the v1 form. */
final class OverlayAddresses {
    private OverlayAddresses() {}

    static ProtobufWriter pair(VpnAddress address) {
        return new ProtobufWriter().varint(1, address.high()).varint(2, address.low());
    }

    static VpnAddress readPair(ProtobufReader message) throws MalformedException {
        long high = 0;
        long low = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> high = message.varint();
                case 2 -> low = message.varint();
                default -> {}
            }
        }
        return new VpnAddress(high, low);
    }

    /** The integer of the v1 form. */
    static int integer(VpnAddress address) {
        if (!address.isV4()) {
            throw new IllegalArgumentException("the v1 form cannot carry " + address);
        }
        return address.v4();
    }
}

package dev.pharos.protocol.wire;

import dev.pharos.protocol.MalformedException;
import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.protobuf.ProtobufReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads lighthouse messages. What is given in both forms counts in the v1 form, as for stock nodes. */
final class LighthouseDecoder {
    private Optional<VpnAddress> oldSubject = Optional.empty();
    private Optional<VpnAddress> newSubject = Optional.empty();
    private final List<UnderlayEndpoint> v4Endpoints = new ArrayList<>();
    private final List<UnderlayEndpoint> v6Endpoints = new ArrayList<>();
    private final List<VpnAddress> oldRelays = new ArrayList<>();
    private final List<VpnAddress> newRelays = new ArrayList<>();

    private LighthouseDecoder() {}

    static LighthouseMessage.Received decode(byte[] buffer, int offset, int length) throws MalformedException {
        var outer = new ProtobufReader(buffer, offset, length);
        int kind = 0;
        var details = new ProtobufReader(new byte[0]);
        while (outer.next()) {
            switch (outer.field()) {
                case 1 -> kind = outer.uint32();
                case 2 -> details = outer.message();
                default -> {}
            }
        }
        var decoder = new LighthouseDecoder();
        LighthouseMessage message = decoder.message(kind, details);
        return new LighthouseMessage.Received(
                message, decoder.oldSubject.isPresent() ? AddressForm.V1 : AddressForm.V2);
    }

    private LighthouseMessage message(int kind, ProtobufReader details) throws MalformedException {
        switch (kind) {
            case LighthouseKind.HOST_QUERY,
                    LighthouseKind.HOST_QUERY_REPLY,
                    LighthouseKind.HOST_UPDATE,
                    LighthouseKind.HOST_PUNCH,
                    LighthouseKind.UPDATE_ACK -> read(details);
            default -> {
                return new LighthouseMessage.Unknown(kind);
            }
        }
        Optional<VpnAddress> subject = oldSubject.or(() -> newSubject);
        List<UnderlayEndpoint> endpoints = new ArrayList<>(v4Endpoints);
        endpoints.addAll(v6Endpoints);
        List<VpnAddress> relays = oldRelays.isEmpty() ? newRelays : oldRelays;
        return switch (kind) {
            case LighthouseKind.HOST_QUERY -> new LighthouseMessage.HostQuery(required(subject));
            case LighthouseKind.HOST_QUERY_REPLY ->
                new LighthouseMessage.HostQueryReply(required(subject), endpoints, relays);
            case LighthouseKind.HOST_UPDATE -> new LighthouseMessage.HostUpdate(subject, endpoints, relays);
            case LighthouseKind.HOST_PUNCH -> new LighthouseMessage.HostPunch(required(subject), endpoints);
            default -> new LighthouseMessage.UpdateAck(subject);
        };
    }

    private void read(ProtobufReader details) throws MalformedException {
        while (details.next()) {
            switch (details.field()) {
                case 1 -> oldSubject = nonZero(VpnAddress.ofV4(details.uint32()));
                case 2 -> v4Endpoints.add(v4(details.message()));
                case 4 -> v6Endpoints.add(v6(details.message()));
                case 5 -> details.uint32s(relay -> oldRelays.add(VpnAddress.ofV4(relay)));
                case 6 -> newSubject = Optional.of(OverlayAddresses.readPair(details.message()));
                case 7 -> newRelays.add(OverlayAddresses.readPair(details.message()));
                default -> {}
            }
        }
    }

    private static Optional<VpnAddress> nonZero(VpnAddress address) {
        return address.v4() == 0 ? Optional.empty() : Optional.of(address);
    }

    private static VpnAddress required(Optional<VpnAddress> subject) throws MalformedException {
        return subject.orElseThrow(() -> new MalformedException("lighthouse message: no overlay address"));
    }

    private static UnderlayEndpoint v4(ProtobufReader message) throws MalformedException {
        int address = 0;
        int port = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> address = message.uint32();
                case 2 -> port = message.uint32();
                default -> {}
            }
        }
        return UnderlayEndpoint.ofV4(address, port(port));
    }

    private static UnderlayEndpoint v6(ProtobufReader message) throws MalformedException {
        long high = 0;
        long low = 0;
        int port = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> high = message.varint();
                case 2 -> low = message.varint();
                case 3 -> port = message.uint32();
                default -> {}
            }
        }
        return new UnderlayEndpoint(high, low, port(port));
    }

    private static int port(int port) throws MalformedException {
        if (port < 0 || port > 65535) {
            throw new MalformedException("lighthouse message: port out of range");
        }
        return port;
    }
}

package dev.pharos.protocol.wire;

import dev.pharos.protocol.UnderlayEndpoint;
import dev.pharos.protocol.VpnAddress;
import dev.pharos.protocol.protobuf.ProtobufWriter;
import java.util.List;
import java.util.Optional;

/** Writes lighthouse messages: {@code {1: kind, 2: details}}. */
final class LighthouseEncoder {
    private LighthouseEncoder() {}

    static byte[] encode(LighthouseMessage message, AddressForm form) {
        return switch (message) {
            case LighthouseMessage.HostQuery query ->
                details(LighthouseKind.HOST_QUERY, form, Optional.of(query.wanted()), List.of(), List.of());
            case LighthouseMessage.HostQueryReply reply ->
                details(
                        LighthouseKind.HOST_QUERY_REPLY,
                        form,
                        Optional.of(reply.host()),
                        reply.endpoints(),
                        reply.relays());
            case LighthouseMessage.HostUpdate update ->
                details(
                        LighthouseKind.HOST_UPDATE,
                        form,
                        onlyInV1(update.host(), form),
                        update.endpoints(),
                        update.relays());
            case LighthouseMessage.HostPunch punch ->
                details(LighthouseKind.HOST_PUNCH, form, Optional.of(punch.requester()), punch.endpoints(), List.of());
            case LighthouseMessage.UpdateAck ack ->
                details(LighthouseKind.UPDATE_ACK, form, onlyInV1(ack.host(), form), List.of(), List.of());
            case LighthouseMessage.Unknown unknown ->
                new ProtobufWriter().uint32(1, unknown.kind()).toBytes();
        };
    }

    private static Optional<VpnAddress> onlyInV1(Optional<VpnAddress> host, AddressForm form) {
        return switch (form) {
            case V1 -> {
                if (host.isEmpty()) {
                    throw new IllegalArgumentException("the v1 form of this message names the host");
                }
                yield host;
            }
            case V2 -> Optional.empty();
        };
    }

    private static byte[] details(
            int kind,
            AddressForm form,
            Optional<VpnAddress> subject,
            List<UnderlayEndpoint> endpoints,
            List<VpnAddress> relays) {
        var details = new ProtobufWriter();
        if (form == AddressForm.V1) {
            subject.ifPresent(host -> details.uint32(1, OverlayAddresses.integer(host)));
        }
        endpoints.stream().filter(UnderlayEndpoint::isV4).forEach(endpoint -> details.message(2, v4(endpoint)));
        endpoints.stream().filter(endpoint -> !endpoint.isV4()).forEach(endpoint -> details.message(4, v6(endpoint)));
        switch (form) {
            case V1 ->
                details.packedUint32(
                        5,
                        relays.stream()
                                .filter(VpnAddress::isV4)
                                .mapToInt(VpnAddress::v4)
                                .toArray());
            case V2 -> {
                subject.ifPresent(host -> details.message(6, OverlayAddresses.pair(host)));
                relays.forEach(relay -> details.message(7, OverlayAddresses.pair(relay)));
            }
        }
        return new ProtobufWriter().uint32(1, kind).message(2, details).toBytes();
    }

    private static ProtobufWriter v4(UnderlayEndpoint endpoint) {
        return new ProtobufWriter().uint32(1, endpoint.v4()).uint32(2, endpoint.port());
    }

    private static ProtobufWriter v6(UnderlayEndpoint endpoint) {
        return new ProtobufWriter()
                .varint(1, endpoint.high())
                .varint(2, endpoint.low())
                .uint32(3, endpoint.port());
    }
}

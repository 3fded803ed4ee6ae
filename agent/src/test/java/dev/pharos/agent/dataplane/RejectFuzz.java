package dev.pharos.agent.dataplane;

import dev.pharos.agent.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.List;

/**
 * Refused packets; the input's first byte says how many bytes more the packet has than are shown. An answer must be one
 * that a kernel takes, and must not be answered itself.
 */
public final class RejectFuzz implements FuzzTarget {
    private final RejectPacket rejection = new RejectPacket();
    private final byte[] out = new byte[RejectPacket.MAX_LENGTH];
    private final byte[] again = new byte[RejectPacket.MAX_LENGTH];

    @Override
    public void run(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] packet = Arrays.copyOfRange(input, 1, input.length);
        int length = rejection.write(packet, packet.length, packet.length + (input[0] & 0xff), out);
        if (length == 0) {
            return;
        }
        boolean v4 = IpHeader.isV4(out, 0);
        int transport = v4 ? IpHeader.V4_LENGTH : IpHeader.V6_LENGTH;
        int protocol = IpHeader.protocol(out, 0);
        FuzzTarget.require(IpHeader.totalLength(out, 0) == length, "a length that is not the packet's");
        FuzzTarget.require(
                !v4 || Checksums.fold(Checksums.sum(out, 0, transport)) == 0xffff, "a wrong checksum of the header");
        long pseudo = v4 && protocol == IpHeader.ICMP
                ? 0
                : Checksums.pseudoHeader(out, 0, protocol) + Checksums.word(length - transport);
        FuzzTarget.require(
                Checksums.fold(pseudo + Checksums.sum(out, transport, length - transport)) == 0xffff,
                "a wrong checksum");
        int source = v4 ? IpHeader.V4_SOURCE : IpHeader.V6_SOURCE;
        int size = v4 ? 4 : 16;
        FuzzTarget.require(
                Arrays.equals(out, source, source + size, packet, source + size, source + 2 * size),
                "not from whom the packet was for");
        FuzzTarget.require(rejection.write(out, length, length, again) == 0, "an answer to an answer");
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                seed(new PlainPath.Flow(true, true, 1, new byte[0]), 2),
                seed(new PlainPath.Flow(false, true, 1, new byte[4]), 16),
                seed(new PlainPath.Flow(true, false, 1, new byte[0]), 0),
                seed(new PlainPath.Flow(false, false, 1, new byte[0]), 0));
    }

    private static byte[] seed(PlainPath.Flow flow, int flags) {
        byte[] packet = PlainPath.packet(flow, new PlainPath.Step(1, true, 1000, flags, 500), new byte[40]);
        byte[] seed = new byte[packet.length + 1];
        System.arraycopy(packet, 0, seed, 1, packet.length);
        return seed;
    }
}

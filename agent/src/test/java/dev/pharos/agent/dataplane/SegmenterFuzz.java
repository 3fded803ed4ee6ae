package dev.pharos.agent.dataplane;

import dev.pharos.agent.fuzz.FuzzTarget;
import dev.pharos.agent.linux.TunDevice;
import dev.pharos.agent.linux.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** What a TUN device hands over, virtio header first: it is refused, or every byte of its payload is written once. */
public final class SegmenterFuzz implements FuzzTarget {
    private final MemorySegment memory = Arena.ofAuto().allocate(TunDevice.MAX_READ);
    private final Segmenter segmenter = new Segmenter(memory);
    private final MemorySegment out = Arena.ofAuto().allocate(1 << 16);

    @Override
    public void run(byte[] input) {
        if (input.length < VirtioHeader.SIZE || input.length > TunDevice.MAX_READ) {
            return;
        }
        MemorySegment.copy(input, 0, memory, ValueLayout.JAVA_BYTE, 0, input.length);
        if (!segmenter.begin(input.length)) {
            return;
        }
        int packets = 0;
        while (segmenter.hasNext()) {
            int length = segmenter.nextLength();
            FuzzTarget.require(length > 0 && length <= input.length, "a packet of " + length + " bytes");
            segmenter.write(out, out.byteSize() - length);
            packets++;
        }
        FuzzTarget.require(packets <= input.length, packets + " packets");
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                large(new PlainPath.Flow(true, true, 1, new byte[12]), 100),
                large(new PlainPath.Flow(false, true, 1, new byte[0]), 100),
                large(new PlainPath.Flow(true, false, 1, new byte[0]), 90),
                large(new PlainPath.Flow(false, false, 1, new byte[0]), 500));
    }

    private byte[] large(PlainPath.Flow flow, int size) {
        byte[] packet = PlainPath.packet(flow, new PlainPath.Step(1, true, 1000, IpHeader.TCP_ACK, 500), new byte[400]);
        PlainPath.writeLarge(memory, flow, packet, size);
        return memory.asSlice(0, VirtioHeader.SIZE + packet.length).toArray(ValueLayout.JAVA_BYTE);
    }
}

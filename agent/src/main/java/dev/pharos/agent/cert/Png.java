package dev.pharos.agent.cert;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * The smallest part of PNG (ISO 15948) that a QR code needs: one bit of grey a pixel. The JDK's own writer would bring
 * the whole of {@code java.desktop} into the distribution.
 */
final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte ONE_BIT = 1;
    private static final byte GREY = 0;
    private static final byte NO_FILTER = 0;

    private Png() {}

    /** Which pixels are black. */
    interface Picture {
        boolean isDark(int x, int y);
    }

    /** A square of that many pixels a side. */
    static byte[] blackAndWhite(int side, Picture picture) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        byte[] header = ByteBuffer.allocate(13)
                .putInt(side)
                .putInt(side)
                .put(ONE_BIT)
                .put(GREY)
                .array();
        chunk(png, "IHDR", header);
        chunk(png, "IDAT", deflated(side, picture));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /** Each row: the filter's number, then eight pixels a byte, the leftmost in the highest bit, white set. */
    private static byte[] deflated(int side, Picture picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            byte[] row = new byte[1 + (side + 7) / 8];
            for (int y = 0; y < side; y++) {
                java.util.Arrays.fill(row, (byte) 0);
                row[0] = NO_FILTER;
                for (int x = 0; x < side; x++) {
                    if (!picture.isDark(x, y)) {
                        row[1 + x / 8] |= (byte) (0x80 >> (x % 8));
                    }
                }
                deflater.write(row);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(name);
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}

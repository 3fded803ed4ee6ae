package dev.pharos.agent.cert;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/** A text as the picture of a QR code, for phones: medium error correction, five pixels a module, four modules of rim. */
final class QrImage {
    private static final int PIXELS = 5;
    private static final int RIM = 4;

    private QrImage() {}

    /** Writes the picture where {@code -out-qr} wants it, if it does. */
    static void write(Options options, String text, Streams streams) throws CertException {
        String path = options.text("out-qr");
        if (!path.isEmpty()) {
            streams.write("out-qr", path, png(text));
        }
    }

    static byte[] png(String text) throws CertException {
        try {
            ByteMatrix modules = Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
            int side = (modules.getWidth() + 2 * RIM) * PIXELS;
            return Png.blackAndWhite(side, (x, y) -> isDark(modules, x / PIXELS - RIM, y / PIXELS - RIM));
        } catch (WriterException e) {
            throw new CertException("error while generating qr code: " + e.getMessage(), e);
        }
    }

    private static boolean isDark(ByteMatrix modules, int x, int y) {
        return x >= 0 && y >= 0 && x < modules.getWidth() && y < modules.getHeight() && modules.get(x, y) == 1;
    }
}

package dev.pharos.agent.linux;

import dev.pharos.protocol.noise.CipherSuite;
import dev.pharos.protocol.noise.TransportCipher;
import dev.pharos.protocol.noise.TransportCipherFactory;
import java.util.Arrays;
import java.util.Random;

/**
 * The fastest ciphers that this machine has: AES-GCM by libipsec-mb where the library is installed, the processor has what
 * it wants, and it comes to the same bytes as the JDK; else the JDK's own. There one packet of 1300 bytes takes a quarter
 * of the time and leaves no garbage (facts, dataplane 10).
 *
 * @param factory makes them
 * @param aes by whom AES-GCM is done
 * @param reason why it was chosen
 */
public record FastCiphers(TransportCipherFactory factory, String aes, String reason) {
    /** The system property that forgoes the native library when it is {@code jdk}. */
    public static final String SWITCH = "pharos.cipher";

    private static final TransportCipherFactory JDK = TransportCipherFactory.JCE;

    /** Chooses; takes some milliseconds, so it is asked once. */
    public static FastCiphers choose() {
        if ("jdk".equals(System.getProperty(SWITCH))) {
            return ofTheJdk("-D" + SWITCH + "=jdk asks for it");
        }
        return switch (IpsecMb.find()) {
            case IpsecMb.Search.Missing(String why) -> ofTheJdk(why);
            case IpsecMb.Search.Found found -> {
                TransportCipherFactory factory = FastCiphers::create;
                yield agreesWithTheJdk(factory)
                        ? new FastCiphers(
                                factory, "libipsec-mb " + found.variant(), "it gives the bytes that the JDK gives")
                        : ofTheJdk("libipsec-mb gives other bytes on this processor");
            }
        };
    }

    /** The JDK's own, for a reason. */
    public static FastCiphers ofTheJdk(String reason) {
        return new FastCiphers(JDK, "JDK", reason);
    }

    private static TransportCipher create(CipherSuite suite, byte[] key) {
        return switch (suite) {
            case AES_GCM -> new IpsecMbCipher(key);
            case CHACHA_POLY -> JDK.create(suite, key);
        };
    }

    private static boolean agreesWithTheJdk(TransportCipherFactory factory) {
        Random random = new Random(1);
        byte[] key = new byte[TransportCipher.KEY_LENGTH];
        random.nextBytes(key);
        TransportCipher ours = factory.create(CipherSuite.AES_GCM, key);
        TransportCipher theirs = JDK.create(CipherSuite.AES_GCM, key);
        for (int length : new int[] {0, 1, 16, 52, 255, 1248, 1300, 9000}) {
            byte[] plain = new byte[16 + length + TransportCipher.TAG_LENGTH];
            random.nextBytes(plain);
            byte[] one = plain.clone();
            byte[] other = plain.clone();
            ours.seal(length + 3L, one, 0, 16, 16, length);
            theirs.seal(length + 3L, other, 0, 16, 16, length);
            if (!Arrays.equals(one, other)
                    || !ours.open(length + 3L, one, 0, 16, 16, length + TransportCipher.TAG_LENGTH)
                    || !Arrays.equals(one, 0, 16 + length, plain, 0, 16 + length)) {
                return false;
            }
            other[0] ^= 1;
            if (ours.open(length + 3L, other, 0, 16, 16, length + TransportCipher.TAG_LENGTH)) {
                return false;
            }
        }
        return true;
    }
}

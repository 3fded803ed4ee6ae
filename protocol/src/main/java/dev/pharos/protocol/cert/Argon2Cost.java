package dev.pharos.protocol.cert;

/**
 * What deriving a key from a passphrase costs whoever tries one.
 *
 * @param memoryKiB held while deriving, on the Java heap
 */
public record Argon2Cost(int memoryKiB, int iterations, int parallelism) {
    /** What {@code nebula-cert ca -encrypt} uses unless told otherwise: 2 GiB. */
    public static final Argon2Cost NEBULA_DEFAULT = new Argon2Cost(2 * 1024 * 1024, 1, 4);

    private static final int MAX_MEMORY_KIB = 2 * 1024 * 1024;
    private static final int MAX_ITERATIONS = 64;
    private static final int MAX_PARALLELISM = 255;

    public Argon2Cost {
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException("Argon2 iterations must be 1 to " + MAX_ITERATIONS);
        }
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException("Argon2 parallelism must be 1 to " + MAX_PARALLELISM);
        }
        if (memoryKiB < 8 * parallelism || memoryKiB > MAX_MEMORY_KIB) {
            throw new IllegalArgumentException(
                    "Argon2 memory must be 8 KiB for each lane to " + MAX_MEMORY_KIB + " KiB");
        }
    }
}

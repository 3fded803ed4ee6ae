package dev.pharos.lab.nebula;

import java.nio.file.Path;

/**
 * One version of stock nebula, unpacked somewhere.
 *
 * @param version as it calls itself, such as {@code 1.9.3}
 * @param nebula its daemon
 * @param nebulaCert the program that makes its certificates
 */
public record StockRelease(String version, Path nebula, Path nebulaCert) {
    static StockRelease unpackedAt(String version, Path directory) {
        Path programs = directory.resolve("usr/bin");
        return new StockRelease(version, programs.resolve("nebula"), programs.resolve("nebula-cert"));
    }
}

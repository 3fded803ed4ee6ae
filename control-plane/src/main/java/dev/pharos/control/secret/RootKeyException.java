package dev.pharos.control.secret;

import java.nio.file.Path;

/** This node cannot open the secrets of its database; it stops before it has written anything. */
final class RootKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RootKeyException(String keyId, Path file, String found) {
        super("the database is sealed with the root key " + keyId + ", which was looked for in " + file + ": " + found
                + ". Put the right key there, or name its file by PHAROS_ROOT_KEY_FILE. Nothing has been written");
    }
}

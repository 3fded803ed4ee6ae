package dev.pharos.protocol.cert;

import dev.pharos.protocol.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PEM as Nebula uses it: blocks one after the other, any text around them ignored, no headers inside. */
final class Pem {
    static final String X25519_PRIVATE = "NEBULA X25519 PRIVATE KEY";
    static final String X25519_PUBLIC = "NEBULA X25519 PUBLIC KEY";
    static final String P256_PRIVATE = "NEBULA P256 PRIVATE KEY";
    static final String P256_PUBLIC = "NEBULA P256 PUBLIC KEY";
    static final String ED25519_PRIVATE = "NEBULA ED25519 PRIVATE KEY";
    static final String ED25519_PUBLIC = "NEBULA ED25519 PUBLIC KEY";
    static final String ED25519_ENCRYPTED = "NEBULA ED25519 ENCRYPTED PRIVATE KEY";
    static final String ECDSA_PRIVATE = "NEBULA ECDSA P256 PRIVATE KEY";
    static final String ECDSA_PUBLIC = "NEBULA ECDSA P256 PUBLIC KEY";
    static final String ECDSA_ENCRYPTED = "NEBULA ECDSA P256 ENCRYPTED PRIVATE KEY";

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** One block. The bytes may be a private key: whoever reads them wipes them. */
    record Block(String label, byte[] bytes) {
        @Override
        public String toString() {
            return label;
        }
    }

    static List<Block> parse(String text) throws MalformedException {
        List<Block> blocks = new ArrayList<>();
        @Nullable String open = null;
        StringBuilder body = new StringBuilder();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                if (open != null) {
                    throw new MalformedException("PEM: " + open + " has no end");
                }
                open = label(line, BEGIN);
                body.setLength(0);
            } else if (open != null && line.startsWith(END)) {
                if (!line.equals(END + open + DASHES)) {
                    throw new MalformedException("PEM: " + open + " ends as something else");
                }
                blocks.add(new Block(open, decode(open, body)));
                open = null;
            } else if (open != null) {
                body.append(line);
            }
        }
        if (open != null) {
            throw new MalformedException("PEM: " + open + " has no end");
        }
        return blocks;
    }

    /** The only block of a text. */
    static Block single(String text) throws MalformedException {
        List<Block> blocks = parse(text);
        if (blocks.size() != 1) {
            throw new MalformedException("PEM: expected one block, found " + blocks.size());
        }
        return blocks.getFirst();
    }

    static String format(String label, byte[] bytes) {
        return BEGIN + label + DASHES + "\n" + LINES.encodeToString(bytes) + "\n" + END + label + DASHES + "\n";
    }

    private static String label(String line, String prefix) throws MalformedException {
        if (line.length() < prefix.length() + DASHES.length()) {
            throw new MalformedException("PEM: a block without a label");
        }
        return line.substring(prefix.length(), line.length() - DASHES.length());
    }

    private static byte[] decode(String label, StringBuilder body) throws MalformedException {
        try {
            return Base64.getDecoder().decode(body.toString().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("PEM: " + label + " is not base64", e);
        }
    }
}

package dev.pharos.agent.diagnosis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of a text: private keys wherever they stand, enrolment tokens, values of settings whose name says that
 * they are secret, and the very keys of this host in whatever text they turn up. Takes out too much rather than too little.
 */
final class Redaction {
    static final String REMOVED = "(removed)";

    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\\z)", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("pharos-join-[A-Za-z0-9_-]+");
    private static final Pattern SECRET_SETTING = Pattern.compile(
            "(?i)([\\w.\"-]*(?:pass|secret|token|host_key|authorized_users)[\\w.\"-]*\\s*[:=]\\s*)(?!\\s)([^,}\\n]+)");

    /** A key in the file itself; a path to one says where to look and is left. */
    private static final Pattern KEY_SETTING =
            Pattern.compile("(?m)((?:^|[\\s{,])\"?key\"?\\s*:\\s*)([^\\s|>{,}(][^,}\\n]*)");

    private static final Pattern HOST_KEY_JSON = Pattern.compile("\"(?:signing|x25519|p256)\"\\s*:\\s*\"([^\"]+)\"");

    private final List<String> known;

    private Redaction(List<String> known) {
        this.known = known;
    }

    /**
     * Knows the keys of the host with that state directory.
     *
     * @throws IOException when they are there and cannot be read
     */
    static Redaction of(Path stateDirectory) throws IOException {
        List<String> known = new ArrayList<>();
        for (String file : List.of("identity", "identity.enrolling")) {
            Path path = stateDirectory.resolve(file);
            if (Files.exists(path)) {
                HOST_KEY_JSON
                        .matcher(Files.readString(path, StandardCharsets.UTF_8))
                        .results()
                        .forEach(key -> known.add(key.group(1)));
            }
        }
        return new Redaction(List.copyOf(known));
    }

    String apply(String text) {
        String clean = text;
        for (String secret : known) {
            clean = clean.replace(secret, REMOVED);
        }
        clean = PRIVATE_KEY.matcher(clean).replaceAll(REMOVED);
        clean = TOKEN.matcher(clean).replaceAll(REMOVED);
        clean = SECRET_SETTING.matcher(clean).replaceAll("$1" + REMOVED);
        return KEY_SETTING
                .matcher(clean)
                .replaceAll(found -> Matcher.quoteReplacement(setting(found.group(1), found.group(2))));
    }

    private static String setting(String name, String value) {
        boolean isPath = value.matches("[\"']?[\\w./ -]+\\.(key|pem|crt)[\"']?\\s*");
        return name + (isPath ? value : REMOVED);
    }
}

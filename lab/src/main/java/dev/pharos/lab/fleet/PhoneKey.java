package dev.pharos.lab.fleet;

import dev.pharos.lab.run.LabException;
import dev.pharos.lab.run.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The phone's own key, made where it is used, and the exported configuration completed with it. */
record PhoneKey(Path directory) {
    /** The file a stock daemon is started on. */
    static final String CONFIG = "config.yml";

    private static final Pattern KEY_LINE = Pattern.compile("(?m)^(\\s*)key:.*$");

    static PhoneKey make(Path directory) {
        PhoneKey key = new PhoneKey(directory);
        Shell.run("nebula-cert", "keygen", "-out-key", key.file("host.key"), "-out-pub", key.file("host.pub"));
        return key;
    }

    /** The public half as nebula-cert wrote it, ready for a query string. */
    String publicKey() {
        return URLEncoder.encode(read("host.pub"), StandardCharsets.UTF_8);
    }

    /** Writes the exported configuration with the private key's file put where the export has a placeholder. */
    void complete(String exported) {
        Matcher line = KEY_LINE.matcher(exported);
        if (!line.find()) {
            throw new LabException("the exported configuration has no line for the private key:\n" + exported);
        }
        try {
            Files.writeString(directory.resolve(CONFIG), line.replaceFirst("$1key: " + file("host.key")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }
}

package dev.pharos.agent.forwarding;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of the kernel that forwarding takes ({@code ip-sysctl} in its documentation). */
final class KernelSwitches {
    private static final String ON = "1";

    /** Router advertisements are heard although the machine forwards. */
    private static final String ALWAYS = "2";

    private final Path root;

    /** @param root {@code /proc/sys/net} */
    KernelSwitches(Path root) {
        this.root = root;
    }

    /** What has to change for packets of these families to be forwarded, by file under the root. */
    Map<String, String> needed(boolean v4, boolean v6) throws IOException {
        Map<String, String> needed = new LinkedHashMap<>();
        if (v4) {
            want(needed, "ipv4/ip_forward", ON);
        }
        if (v6 && !read("ipv6/conf/all/forwarding").equals(ON)) {
            // A machine that forwards would no longer hear where its own default route leads.
            try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(root.resolve("ipv6/conf"))) {
                for (Path each : interfaces) {
                    String file = "ipv6/conf/" + each.getFileName() + "/accept_ra";
                    if (read(file).equals(ON)) {
                        needed.put(file, ALWAYS);
                    }
                }
            }
            needed.put("ipv6/conf/all/forwarding", ON);
        }
        return needed;
    }

    private void want(Map<String, String> needed, String file, String value) throws IOException {
        if (!read(file).equals(value)) {
            needed.put(file, value);
        }
    }

    String read(String file) throws IOException {
        return Files.readString(root.resolve(file)).strip();
    }

    void write(String file, String value) throws IOException {
        Files.writeString(root.resolve(file), value);
    }
}

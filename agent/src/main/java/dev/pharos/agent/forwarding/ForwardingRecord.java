package dev.pharos.agent.forwarding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What has been changed on this machine.
 *
 * @param boot in which; another one has forgotten it by itself
 * @param table of nftables, empty for none
 * @param settings of the kernel as they were before, by file under {@code /proc/sys/net}, in the order of their change
 */
public record ForwardingRecord(String boot, String table, Map<String, String> settings) {
    private static final String UNCHANGED = "";
    static final ForwardingRecord NOTHING = new ForwardingRecord(UNCHANGED, UNCHANGED, Map.of());
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    public ForwardingRecord {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    boolean isEmpty() {
        return table.isEmpty() && settings.isEmpty();
    }

    static String currentBoot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
